import { onTypes, type ResourceRule } from "../../support/rule";

const TYPES = [
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
  "aws:iam/userPolicyAttachment:UserPolicyAttachment",
  "aws:iam/groupPolicyAttachment:GroupPolicyAttachment",
  "aws:iam/policyAttachment:PolicyAttachment",
  "aws:iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive",
  "aws:iam/userPolicyAttachmentsExclusive:UserPolicyAttachmentsExclusive",
  "aws:iam/groupPolicyAttachmentsExclusive:GroupPolicyAttachmentsExclusive",
  "aws:iam/role:Role",
  "aws:ssoadmin/managedPolicyAttachment:ManagedPolicyAttachment",
];

/**
 * `AmazonSageMakerFullAccess`, `CloudWatchFullAccessV2`, `AdministratorAccess` and their kind, and
 * the job functions that come near it ("AWS managed policies for job functions", IAM User Guide).
 * Policies of one's own may be called what they like.
 */
const FULL_ACCESS =
  /^arn:[^:]*:iam::aws:policy\/(.*\/)?[^/]*(FullAccess|FullControl|PowerUser|Admin|ReadWrite$|DataScientist)[^/]*$/;

export const disallowFullAccess: ResourceRule = {
  name: "iam-attachment-disallow-full-access",
  displayName: "No managed policy with full access",
  description:
    "No managed policy that gives full access to a service or an account may be attached.",
  enforcementLevel: "mandatory",
  severity: "high",
  tags: ["iam", "least-privilege"],
  remediationSteps: "Attach a policy of your own that lists the actions and resources needed.",
  url: "https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege",
  validateResource: onTypes(TYPES, (resource, report) => {
    const arns = [
      resource.at("policyArn"),
      resource.at("managedPolicyArn"),
      ...resource.at("policyArns").items(),
      ...resource.at("managedPolicyArns").items(),
    ];
    for (const arn of arns) {
      if (arn.matches(FULL_ACCESS)) {
        report(
          `Full access is attached: name a policy with just what is needed in \`${arn.path}\`.`,
        );
      }
    }
  }),
};
