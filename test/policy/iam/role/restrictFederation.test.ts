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
        Principal: { Federated: `arn:aws:iam::000000000000:${provider}` },
        Action: "sts:AssumeRoleWithWebIdentity",
        Condition,
      },
    ],
  });
const like = (subject: unknown) => trusting({ StringLike: { [SUB]: subject } });

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
      "one of two that is loose": [like(["repo:owner/name:*", "repo:*"]), COMPLAINT],
    },
  });
});
