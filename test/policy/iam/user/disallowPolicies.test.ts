import { disallowPolicies } from "../../../../policy/iam/user/disallowPolicies";
import { subject, UNKNOWN } from "../../../support/policy";
import { itDecides } from "../../cases";
import { rolePolicy } from "../policy/resource";
import { policyAttachment } from "./resource";

const ATTACHMENT = "aws:iam/policyAttachment:PolicyAttachment";
const INLINE = "A policy that nobody else can use: make an `aws.iam.Policy` of `policy`.";
const complaint = (property: string) =>
  `Rights of a user: attach the policy to a role or group in place of \`${property}\`.`;

describe("policy iam/user/disallowPolicies", () => {
  itDecides(disallowPolicies, {
    accepts: {
      "a policy attached to roles": policyAttachment,
      "a policy attached to no user": subject(ATTACHMENT, { users: [], groups: ["a"] }),
    },
    refuses: {
      "a policy in a user": [subject("aws:iam/userPolicy:UserPolicy", { policy: "{}" }), INLINE],
      "a policy in a group": [subject("aws:iam/groupPolicy:GroupPolicy", {}), INLINE],
      "a policy attached to a user": [
        subject("aws:iam/userPolicyAttachment:UserPolicyAttachment", { user: UNKNOWN }),
        complaint("user"),
      ],
      "the policies of a user": [
        subject("aws:iam/userPolicyAttachmentsExclusive:UserPolicyAttachmentsExclusive", {
          userName: "a",
        }),
        complaint("userName"),
      ],
      "a policy attached to a user among others": [
        subject(ATTACHMENT, { roles: ["a"], users: ["b"] }),
        complaint("users"),
      ],
    },
    ignores: { "a policy in a role": rolePolicy },
  });
});
