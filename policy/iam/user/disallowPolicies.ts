import { onTypes, type ResourceRule } from "../../support/rule";

const INLINE = ["aws:iam/userPolicy:UserPolicy", "aws:iam/groupPolicy:GroupPolicy"];
const TYPES = [
  ...INLINE,
  "aws:iam/userPolicyAttachment:UserPolicyAttachment",
  "aws:iam/userPolicyAttachmentsExclusive:UserPolicyAttachmentsExclusive",
  "aws:iam/policyAttachment:PolicyAttachment",
];

export const disallowPolicies: ResourceRule = {
  name: "iam-user-disallow-policies",
  displayName: "Rights are given to roles and groups",
  description: "No policy may be attached to a user, nor be written into a user or a group.",
  enforcementLevel: "mandatory",
  severity: "medium",
  tags: ["iam", "least-privilege"],
  remediationSteps:
    "Attach an `aws.iam.Policy` to a role, or to a group that the user is a member of.",
  url: "https://docs.aws.amazon.com/securityhub/latest/userguide/iam-controls.html#iam-2",
  validateResource: onTypes(TYPES, (resource, report, args) => {
    if (INLINE.includes(args.type)) {
      report("A policy that nobody else can use: make an `aws.iam.Policy` of `policy`.");
    }
    const users = ["user", "userName", "users"]
      .map((name) => resource.at(name))
      .find((each) => !each.isAbsent && !each.is((value) => Array.isArray(value) && !value.length));
    if (!INLINE.includes(args.type) && users !== undefined) {
      report(
        `Rights of a user: attach the policy to a role or group in place of \`${users.path}\`.`,
      );
    }
  }),
};
