/** Roles for who has signed in elsewhere: in GitHub, GitLab, Terraform, Kubernetes or Cognito. */
import { honest, mutations, trust, type Mutation } from "./mutation";

const federated = (provider: string, Condition?: object) =>
  trust({
    Principal: { Federated: provider },
    Action: "sts:AssumeRoleWithWebIdentity",
    ...(Condition === undefined ? {} : { Condition }),
  });
const issuer = (host: string) => `arn:aws:iam::123456789012:oidc-provider/${host}`;
const subjectLike = (host: string, text: string) =>
  federated(issuer(host), { StringLike: { [`${host}:sub`]: text } });
const GITHUB = "token.actions.githubusercontent.com";
const COGNITO = "cognito-identity.amazonaws.com";
const pool = { [`${COGNITO}:aud`]: "eu-west-1:11111111-2222-3333-4444-555555555555" };

export const federation: readonly Mutation[] = [
  ...mutations("iam-role-restrict-federation", {
    "a role for who signs in nowhere": federated(issuer(GITHUB)),
    "a role for an audience": federated(issuer(GITHUB), {
      StringLike: { [`${GITHUB}:aud`]: "sts.amazonaws.com" },
    }),
    "a role for whatever subject there is": federated(issuer(GITHUB), {
      StringEquals: { [`${GITHUB}:sub`]: `\${${GITHUB}:sub}` },
    }),
    "a role for a repository, if a token names one": federated(issuer(GITHUB), {
      StringLikeIfExists: { [`${GITHUB}:sub`]: "repo:owner/name:*" },
    }),
    "a role for all but one subject": federated(issuer(GITHUB), {
      StringNotLike: { [`${GITHUB}:sub`]: "repo:other/*" },
    }),
    "a role for pull requests of any repository": subjectLike(GITHUB, "repo:*:pull_request"),
    "a role for all repositories of an owner": subjectLike(GITHUB, "repo:owner/*"),
    "a role for repositories that begin alike": subjectLike(GITHUB, "repo:owner/name*"),
    "a role for any branch called main": subjectLike(GITHUB, "repo:*:ref:refs/heads/main"),
    "a role for all of no subjects": federated(issuer(GITHUB), {
      "ForAllValues:StringEquals": { [`${GITHUB}:sub`]: ["repo:owner/name:pull_request"] },
    }),
    "a role for a group's projects": subjectLike("gitlab.com", "project_path:group/*"),
    "a role for an organization's workspaces": subjectLike(
      "app.terraform.io",
      "organization:owner:*",
    ),
    "a role for all service accounts": subjectLike(
      "oidc.eks.eu-west-1.amazonaws.com/id/1A",
      "system:serviceaccount:*",
    ),
    "a role for guests": federated(COGNITO, {
      StringEquals: pool,
      "ForAnyValue:StringLike": { [`${COGNITO}:amr`]: "unauthenticated" },
    }),
  }),
  ...honest({
    "a role for one branch": subjectLike(GITHUB, "repo:owner/name:ref:refs/heads/main"),
    "a role for pull requests of one repository": subjectLike(
      GITHUB,
      "repo:owner/name:pull_request",
    ),
    "a role for a repository by its numbers": subjectLike(GITHUB, "repo:owner@1/name@2:*"),
    "a role for a repository's number": federated(issuer(GITHUB), {
      StringEquals: { [`${GITHUB}:repository_id`]: "123456" },
    }),
    "a role for a project of a subgroup": subjectLike(
      "gitlab.com",
      "project_path:group/subgroup/project:ref_type:branch:ref:main",
    ),
    "a role for one workspace": subjectLike(
      "app.terraform.io",
      "organization:owner:project:*:workspace:name:run_phase:*",
    ),
    "a role for one service account": subjectLike(
      "oidc.eks.eu-west-1.amazonaws.com/id/1A",
      "system:serviceaccount:team:name",
    ),
    "a role for a repository of Bitbucket": subjectLike(
      "api.bitbucket.org/2.0/workspaces/owner/pipelines-config/identity/oidc",
      "{11111111-2222-3333-4444-555555555555}:*",
    ),
    "a role for who has signed in": federated(COGNITO, {
      StringEquals: pool,
      "ForAnyValue:StringLike": { [`${COGNITO}:amr`]: "authenticated" },
    }),
    "a role for people of a directory": trust({
      Principal: { Federated: "arn:aws:iam::123456789012:saml-provider/directory" },
      Action: "sts:AssumeRoleWithSAML",
      Condition: { StringEquals: { "SAML:aud": "https://signin.aws.amazon.com/saml" } },
    }),
  }),
];
