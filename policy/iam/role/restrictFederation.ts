import { conditions, hasVariable, principals, statements } from "../../support/document";
import type { Property } from "../../support/property";
import { onTypes, type ResourceRule } from "../../support/rule";

/**
 * An identity provider such as that of GitHub speaks for everyone who uses it: without a limit on
 * the subject, every repository in the world may assume the role.
 */
export const restrictFederation: ResourceRule = {
  name: "iam-role-restrict-federation",
  displayName: "An identity provider is trusted for named subjects only",
  description:
    "A role that an OpenID Connect provider may assume must say for which subjects, by a condition.",
  enforcementLevel: "mandatory",
  severity: "critical",
  tags: ["iam", "security"],
  remediationSteps:
    "Add `StringEquals`, or `StringLike` with a beginning that names owner and repository, on the " +
    "provider's `:sub` to the `Condition` of the statement in `assumeRolePolicy`.",
  url: "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc.html",
  validateResource: onTypes(["aws:iam/role:Role"], (role, report) => {
    for (const statement of statements(role.at("assumeRolePolicy"), "Allow")) {
      const providers = principals(statement)
        .filter(([kind, provider]) => kind === "Federated" && !provider.matches(SAML))
        .map(([, provider]) => provider);
      const { path } = statement.at("Condition");
      if (providers.some((provider) => provider.is((text) => text === COGNITO))) {
        if (!isOfSignedIn(statement)) {
          report(
            `Whoever does not sign in may assume the role: add \`${COGNITO}:aud\`, and ` +
              `\`${COGNITO}:amr\` for those authenticated, to \`${path}\`.`,
          );
        }
      } else if (providers.length > 0 && !isLimited(statement)) {
        report(
          "Whoever the identity provider knows may assume the role: add its `:sub`, with owner and " +
            `name, to \`${path}\`.`,
        );
      }
    }
  }),
};

/** The provider of an own directory. */
const SAML = /:saml-provider\//;

const COGNITO = "cognito-identity.amazonaws.com";

/** Keys that name a program of one's own that people sign in to, by provider. */
const OWN_PROGRAMS = [
  "accounts.google.com:aud",
  "accounts.google.com:oaud",
  "graph.facebook.com:app_id",
  "www.amazon.com:app_id",
];

/** "Available keys for AWS OIDC federation", IAM User Guide: what is one repository, besides `sub`. */
const REPOSITORIES: Readonly<Record<string, RegExp>> = {
  "token.actions.githubusercontent.com:repository": /^[^*?/]+\/[^*?/]+$/,
  "token.actions.githubusercontent.com:repository_id": /^\d+$/,
};

function isLimited(statement: Property): boolean {
  return requires(statement, (key, text) => {
    if (OWN_PROGRAMS.includes(key)) {
      return /^[^*?]+$/.test(text);
    }
    return REPOSITORIES[key]?.test(text) ?? (key.endsWith(":sub") && isNarrow(text));
  });
}

/** Of one pool, and with a proof of who they are. */
function isOfSignedIn(statement: Property): boolean {
  return (
    requires(statement, (key, text) => key === `${COGNITO}:aud` && /^[^*?]+$/.test(text)) &&
    requires(
      statement,
      (key, text) => key === `${COGNITO}:amr` && /^(authenticated$|[^*?][^*?:]*:.)/.test(text),
    )
  );
}

/** Whether some key has to be there with values of which each passes. Unknown ones may. */
function requires(statement: Property, test: (key: string, text: string) => boolean): boolean {
  return (
    statement.at("Condition").isUnknown ||
    conditions(statement).some(
      ({ operator, key, values }) =>
        /^(ForAnyValue:)?String(Equals|Like|EqualsIgnoreCase)$/i.test(operator) &&
        values.length > 0 &&
        values.every((value) =>
          value.mayBe((text) => typeof text === "string" && !hasVariable(text) && test(key, text)),
        ),
    )
  );
}

/**
 * How far a subject has to be without wildcards, by the word that it begins with: up to the end of
 * what only one party can be called.
 */
const SUBJECTS: Readonly<Record<string, RegExp>> = {
  // GitHub: `repo:owner/name:...`, and `repo:owner@1/name@2:...`.
  repo: /^repo:[^*?:/]+\/[^*?:/]+:/,
  // GitLab: `project_path:group/subgroup/project:...`.
  project_path: /^project_path:[^*?:/]+(\/[^*?:/]+)+:/,
  // Terraform and Buildkite: `organization:name:project:name:...`.
  organization:
    /^organization:[^*?:]+:(pipeline:[^*?:]+:|project:([^*?:]+:|\*:workspace:[^*?:]+:))/,
  // Pulumi: `pulumi:deploy:org:name:project:name:...`.
  pulumi: /^pulumi:[a-z]+:org:[^*?:]+:(project|env):[^*?:]+/,
  // Kubernetes: `system:serviceaccount:namespace:name`.
  system: /^system:serviceaccount:[^*?:]+:/,
  // Spacelift and Vercel.
  space: /^space:[^*?:]+:/,
  owner: /^owner:[^*?:]+:project:[^*?:]+:/,
};

/** CircleCI: `org/id/project/id/...`. Bitbucket: `{id}:...`. */
const IDS =
  /^(org\/[0-9a-f-]{36}\/project\/[0-9a-f-]{36}\/|\{?[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})/i;

function isNarrow(subject: string): boolean {
  const form = SUBJECTS[/^[a-z_]+(?=:)/.exec(subject)?.[0] ?? ""];
  return /^[^*?]+$/.test(subject) || (form ?? IDS).test(subject);
}
