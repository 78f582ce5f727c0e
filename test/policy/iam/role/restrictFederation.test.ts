import { restrictFederation } from "../../../../policy/iam/role/restrictFederation";
import { UNKNOWN, withValue } from "../../../support/policy";
import { itDecides } from "../../cases";
import { role } from "./resource";

const GITHUB = "token.actions.githubusercontent.com";
const SUB = `${GITHUB}:sub`;
const COMPLAINT =
  "Whoever the identity provider knows may assume the role: add its `:sub`, with owner and name, " +
  "to `assumeRolePolicy.Statement[0].Condition`.";
const trusting = (Condition: unknown, provider = `oidc-provider/${GITHUB}`) =>
  withValue(role, "assumeRolePolicy", {
    Statement: [
      {
        Effect: "Allow",
        Principal: { Federated: `arn:aws:iam::123456789012:${provider}` },
        Action: "sts:AssumeRoleWithWebIdentity",
        Condition,
      },
    ],
  });
const like = (subject: unknown) => trusting({ StringLike: { [SUB]: subject } });
const equals = (key: string, value: unknown) => trusting({ StringEquals: { [key]: value } });

/** What a subject may be, each with one that is a step too wide. */
const SUBJECTS: Readonly<Record<string, string>> = {
  "repo:owner/name:*": "repo:owner/name*",
  "repo:owner@1/name@2:*": "repo:owner/*:environment:prod",
  "project_path:group/subgroup/project:*": "project_path:group:*",
  "organization:owner:project:name:*": "organization:owner:project:*",
  "organization:owner:project:*:workspace:name:*": "organization:owner:project:*:workspace:*",
  "organization:owner:pipeline:name:*": "organization:*:pipeline:name:*",
  "pulumi:deploy:org:owner:project:name:*": "pulumi:deploy:org:owner:*",
  "pulumi:environments:org:owner:env:name*": "pulumi:environments:org:*:env:name",
  "system:serviceaccount:team:*": "system:serviceaccount:team*",
  "space:name:*": "space:*",
  "owner:name:project:name:*": "owner:name:project:*",
  "org/11111111-2222-3333-4444-555555555555/project/66666666-7777-8888-9999-123456789012/*":
    "org/11111111-2222-3333-4444-555555555555/project/*",
  "{11111111-2222-3333-4444-555555555555}:*": "{11111111-*}:*",
  "whoever-it-is": "whoever-it-is-*",
};

/** Other keys that name one party, each with values that do not. */
const KEYS: Readonly<Record<string, readonly [named: string, ...open: string[]]>> = {
  "accounts.google.com:aud": ["1.apps.googleusercontent.com", "*", "1.apps.google*", "?"],
  "accounts.google.com:oaud": ["1.apps.googleusercontent.com", "*"],
  "graph.facebook.com:app_id": ["1", "*"],
  "www.amazon.com:app_id": ["amzn1.application.1", "*"],
  [`${GITHUB}:repository`]: ["owner/name", "owner/*", "*/name", "owner", "a/owner/name", "/name"],
  [`${GITHUB}:repository_id`]: ["123", "1*", "a1", "1a"],
};

const COGNITO = "cognito-identity.amazonaws.com";
const POOL = { [`${COGNITO}:aud`]: "eu-west-1:11111111-2222-3333-4444-555555555555" };
const ofPool = (Condition: unknown) =>
  withValue(role, "assumeRolePolicy", {
    Statement: {
      Effect: "Allow",
      Principal: { Federated: COGNITO },
      Action: "sts:AssumeRoleWithWebIdentity",
      Condition,
    },
  });
const signedIn = (how: unknown, pool: object = POOL) =>
  ofPool({ StringEquals: pool, "ForAnyValue:StringLike": { [`${COGNITO}:amr`]: how } });
const UNSIGNED =
  `Whoever does not sign in may assume the role: add \`${COGNITO}:aud\`, and \`${COGNITO}:amr\` for ` +
  "those authenticated, to `assumeRolePolicy.Statement.Condition`.";

describe("policy iam/role/restrictFederation", () => {
  itDecides(restrictFederation, {
    accepts: {
      "a role of a service": role,
      "one branch": trusting({ StringEquals: { [SUB]: "repo:owner/name:ref:refs/heads/main" } }),
      "a subject with the owner's number": like("repo:owner@1/name@2:pull_request"),
      "all of one repository": like("repo:owner/name:*"),
      "a service account of a cluster": like("system:serviceaccount:team:*"),
      "a subject that only the update will know": like(UNKNOWN),
      "a condition that only the update will know": trusting(UNKNOWN),
      "a directory of people": trusting(undefined, "saml-provider/directory"),
      "a denial of whoever there is": withValue(role, "assumeRolePolicy", {
        Statement: { Effect: "Deny", Principal: { Federated: COGNITO } },
      }),
      ...Object.fromEntries(Object.keys(SUBJECTS).map((text) => [text, like(text)])),
      ...Object.fromEntries(
        Object.entries(KEYS).map(([key, [named]]) => [`${key} ${named}`, equals(key, named)]),
      ),
      "one subject in any case": trusting({
        StringEqualsIgnoreCase: { [SUB.toUpperCase()]: "repo:owner/name:pull_request" },
      }),
      "some of several subjects": trusting({
        "ForAnyValue:StringLike": { [SUB]: ["repo:owner/name:*", "repo:owner/other:*"] },
      }),
      "who has signed in to a pool": signedIn("authenticated"),
      "who has signed in by a provider": signedIn("accounts.google.com:1"),
      "who has signed in to a pool that the update will know": signedIn("authenticated", {
        [`${COGNITO}:aud`]: UNKNOWN,
      }),
      "a pool with a condition that only the update will know": ofPool(UNKNOWN),
    },
    refuses: {
      "no condition": [trusting(undefined), COMPLAINT],
      "an audience alone": [
        trusting({ StringEquals: { [`${GITHUB}:aud`]: "sts.amazonaws.com" } }),
        COMPLAINT,
      ],
      "any repository": [like("repo:*"), COMPLAINT],
      anything: [like("*"), COMPLAINT],
      "all repositories of an owner": [like("repo:owner/*"), COMPLAINT],
      "an owner whose name begins alike": [like("repo:owner*/name:*"), COMPLAINT],
      "a subject if there is one": [
        trusting({ StringEqualsIfExists: { [SUB]: "repo:owner/name:pull_request" } }),
        COMPLAINT,
      ],
      ...Object.fromEntries(
        Object.values(SUBJECTS).map((text) => [text, [like(text), COMPLAINT] as const]),
      ),
      ...Object.fromEntries(
        Object.entries(KEYS).flatMap(([key, [, ...open]]) =>
          open.map((text) => [`${key} ${text}`, [equals(key, text), COMPLAINT] as const]),
        ),
      ),
      "another key": [equals(`${GITHUB}:repository_owner`, "owner"), COMPLAINT],
      "a key that only ends alike": [equals(`${GITHUB}:sub_id`, "repo:owner/name:*"), COMPLAINT],
      "no subject at all": [equals(SUB, []), COMPLAINT],
      "a number for a subject": [equals(SUB, 1), COMPLAINT],
      "whatever subject there is": [equals(SUB, `\${${SUB}}`), COMPLAINT],
      "all subjects but one": [
        trusting({ StringNotEquals: { [SUB]: "repo:owner/name:pull_request" } }),
        COMPLAINT,
      ],
      "all of no subjects": [
        trusting({ "ForAllValues:StringEquals": { [SUB]: "repo:owner/name:pull_request" } }),
        COMPLAINT,
      ],
      "everyone beside a directory of people": [
        withValue(trusting(undefined), "assumeRolePolicy.Statement[0].Principal.Federated", [
          "arn:aws:iam::123456789012:saml-provider/directory",
          `arn:aws:iam::123456789012:oidc-provider/${GITHUB}`,
        ]),
        COMPLAINT,
      ],
      "guests of a pool": [signedIn("unauthenticated"), UNSIGNED],
      "guests of a pool, too": [signedIn(["authenticated", "unauthenticated"]), UNSIGNED],
      "whoever has something to do with a pool": [signedIn("*"), UNSIGNED],
      "whoever is called like who has signed in": [signedIn("authenticated*"), UNSIGNED],
      "who has signed in by any provider": [signedIn("*:1"), UNSIGNED],
      "who has signed in to any pool": [signedIn("authenticated", {}), UNSIGNED],
      "who has signed in to pools that begin alike": [
        signedIn("authenticated", { [`${COGNITO}:aud`]: "eu-west-1:*" }),
        UNSIGNED,
      ],
      "who has signed in to pools that end alike": [
        signedIn("authenticated", { [`${COGNITO}:aud`]: "*-4444-555555555555" }),
        UNSIGNED,
      ],
      "whoever a pool knows": [ofPool({ StringEquals: POOL }), UNSIGNED],
      "a pool without a condition": [ofPool(undefined), UNSIGNED],
      "one of two that is loose": [like(["repo:owner/name:*", "repo:*"]), COMPLAINT],
    },
  });
});
