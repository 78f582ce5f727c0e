import { isLimitedBy } from "../../support/document";
import { onTypes, type ResourceRule } from "../../support/rule";
import { actionLike, allowStatements, IDENTITY_POLICIES, openIdentity } from "./resource";

/** Who may pass any role to a service may do whatever the strongest role of the account may do. */
export const restrictPassRole: ResourceRule = {
  name: "iam-policy-restrict-pass-role",
  displayName: "Only named roles are passed on",
  description:
    "A grant of `iam:PassRole` must name the roles that may be passed on, or the services.",
  enforcementLevel: "mandatory",
  severity: "critical",
  tags: ["iam", "least-privilege"],
  remediationSteps:
    "Name the ARNs of the roles to be passed in `Resource`, and the service in a condition on " +
    "`iam:PassedToService`.",
  url: "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html",
  validateResource: onTypes(IDENTITY_POLICIES, (resource, report) => {
    for (const statement of allowStatements(resource)) {
      const passes = actionLike(statement, ["iam:PassRole"]) !== undefined;
      const open = openIdentity(statement);
      if (passes && open !== undefined && !isLimitedBy(statement, ["iam:PassedToService"])) {
        report(`Any role may be passed to a service: name those needed in \`${open.path}\`.`);
      }
    }
  }),
};
