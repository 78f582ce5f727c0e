import { isLimitedBy } from "../../support/document";
import { onTypes, type ResourceRule } from "../../support/rule";
import { actionLike, allowStatements, IDENTITY_POLICIES, openIdentity } from "./resource";

/** By which one gives oneself, or somebody one can be, what one was not given. */
const ESCALATING = [
  "iam:AddUserToGroup",
  "iam:AttachGroupPolicy",
  "iam:AttachRolePolicy",
  "iam:AttachUserPolicy",
  "iam:CreateAccessKey",
  "iam:CreateLoginProfile",
  "iam:CreatePolicyVersion",
  "iam:CreateServiceSpecificCredential",
  "iam:DeleteRolePermissionsBoundary",
  "iam:DeleteUserPermissionsBoundary",
  "iam:PutGroupPolicy",
  "iam:PutRolePermissionsBoundary",
  "iam:PutRolePolicy",
  "iam:PutUserPermissionsBoundary",
  "iam:PutUserPolicy",
  "iam:ResetServiceSpecificCredential",
  "iam:SetDefaultPolicyVersion",
  "iam:UpdateAssumeRolePolicy",
  "iam:UpdateLoginProfile",
  "iam:UpdateSAMLProvider",
  "iam:UploadSSHPublicKey",
  "iam:UploadSigningCertificate",
  "sts:AssumeRole",
];

export const disallowEscalation: ResourceRule = {
  name: "iam-policy-disallow-escalation",
  displayName: "Nobody gives themselves more than they were given",
  description:
    "No policy may allow to change, or to become, any role, user, group or policy of the account.",
  enforcementLevel: "mandatory",
  severity: "critical",
  tags: ["iam", "least-privilege"],
  remediationSteps:
    "Name the ARNs of the roles or policies in `Resource`, or demand a boundary by a condition on " +
    "`iam:PermissionsBoundary`.",
  url: "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html",
  validateResource: onTypes(IDENTITY_POLICIES, (resource, report) => {
    for (const statement of allowStatements(resource)) {
      const action = actionLike(statement, ESCALATING);
      const open = openIdentity(statement);
      const limits = ["iam:PermissionsBoundary", "iam:PolicyARN"];
      if (action !== undefined && open !== undefined && !isLimitedBy(statement, limits)) {
        report(
          `\`${action.path}\` lets a role take any right: name whom it is for in \`${open.path}\`.`,
        );
      }
    }
  }),
};
