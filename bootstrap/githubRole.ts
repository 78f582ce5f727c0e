import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { identityPolicy, type Statement } from "../infra/serviceRole";

const ISSUER = "token.actions.githubusercontent.com";
const AUDIENCE = "sts.amazonaws.com";

/** Makes the account trust GitHub's word about its jobs; each role says which jobs it is for. */
export function githubProvider(name: string): aws.iam.OpenIdConnectProvider {
  return new aws.iam.OpenIdConnectProvider(name, {
    url: `https://${ISSUER}`,
    clientIdLists: [AUDIENCE],
  });
}

export interface GithubRoleArgs {
  readonly provider: aws.iam.OpenIdConnectProvider;
  /** As GitHub's tokens name it: `OWNER/NAME`, or `OWNER@ID/NAME@ID`. */
  readonly repository: string;
  /** What the jobs run for, for example `environment:prod`. No wildcards: they are compared whole. */
  readonly subjects: readonly string[];
  /** The longest session, in hours. */
  readonly hours: number;
  /** Policies by name; one for each area keeps each of them readable. */
  readonly policies: Readonly<Record<string, readonly Statement[]>>;
}

/** A role for the jobs with one of the subjects, and for nobody else. */
export class GithubRole extends pulumi.ComponentResource {
  /** Resolves only once all policies are attached. */
  readonly arn: pulumi.Output<string>;

  constructor(name: string, args: GithubRoleArgs, opts?: pulumi.ComponentResourceOptions) {
    super("ml-workflow-aws:bootstrap:GithubRole", name, {}, opts);
    const child = { parent: this };

    const role = new aws.iam.Role(
      name,
      {
        maxSessionDuration: args.hours * 3600,
        assumeRolePolicy: pulumi.jsonStringify(trustPolicy(args)),
      },
      child,
    );
    const attachments = Object.entries(args.policies).map(([area, statements]) => {
      const policy = new aws.iam.Policy(
        `${name}-${area}`,
        { policy: pulumi.jsonStringify(identityPolicy(statements)) },
        child,
      );
      return new aws.iam.RolePolicyAttachment(
        `${name}-${area}`,
        { role: role.name, policyArn: policy.arn },
        child,
      );
    });

    this.arn = pulumi
      .all([role.arn, pulumi.all(attachments.map(({ id }) => id))])
      .apply(([arn]) => arn);
    this.registerOutputs({ arn: this.arn });
  }
}

/** "Configuring OpenID Connect in Amazon Web Services", GitHub documentation. */
function trustPolicy({ provider, repository, subjects }: GithubRoleArgs) {
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Action: "sts:AssumeRoleWithWebIdentity",
        Principal: { Federated: provider.arn },
        Condition: {
          StringEquals: {
            [`${ISSUER}:aud`]: AUDIENCE,
            [`${ISSUER}:sub`]: subjects.map((subject) => `repo:${repository}:${subject}`),
          },
        },
      },
    ],
  };
}
