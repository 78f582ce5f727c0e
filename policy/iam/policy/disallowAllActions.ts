import { onTypes, type ResourceRule } from "../../support/rule";
import { allowStatements, IDENTITY_POLICIES } from "./resource";

export const disallowAllActions: ResourceRule = {
  name: "iam-policy-disallow-all-actions",
  displayName: "Nobody may do everything",
  description: "No policy may allow all actions of all services, nor all but those it names.",
  enforcementLevel: "mandatory",
  severity: "critical",
  tags: ["iam", "least-privilege"],
  remediationSteps: "List the actions that the role needs, such as `s3:GetObject`, in `Action`.",
  url: "https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege",
  validateResource: onTypes(IDENTITY_POLICIES, (resource, report) => {
    for (const statement of allowStatements(resource)) {
      for (const action of statement.at("Action").itemsOrSelf()) {
        // `*`, and `*:*` or `?*`, which mean the same.
        if (action.matches(/^:*[*?][*?:]*$/)) {
          report(`All actions are allowed: list the needed ones in \`${action.path}\`.`);
        }
      }
      const exceptions = statement.at("NotAction");
      if (!exceptions.isAbsent) {
        report(
          `All but some actions are allowed: use \`Action\` instead of \`${exceptions.path}\`.`,
        );
      }
    }
  }),
};
