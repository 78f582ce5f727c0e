import { isLike } from "../../support/glob";
import { onTypes, type ResourceRule } from "../../support/rule";
import { allowStatements, IDENTITY_POLICIES } from "./resource";

/** Who may pass any role to a service may do whatever the strongest role of the account may do. */
export const restrictPassRole: ResourceRule = {
  name: "iam-policy-restrict-pass-role",
  displayName: "Only named roles are passed on",
  description: "A grant of `iam:PassRole` must name the roles that may be passed to a service.",
  enforcementLevel: "mandatory",
  severity: "critical",
  tags: ["iam", "least-privilege"],
  remediationSteps: "Name the ARNs of the roles to be passed in `Resource`.",
  url: "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html",
  validateResource: onTypes(IDENTITY_POLICIES, (resource, report) => {
    for (const statement of allowStatements(resource)) {
      const passes = statement
        .at("Action")
        .itemsOrSelf()
        .some((action) =>
          action.is(
            (text) => typeof text === "string" && isLike("iam:passrole", text.toLowerCase()),
          ),
        );
      const open = statement
        .at("Resource")
        .itemsOrSelf()
        .find((each) => each.matches(/^(\*|arn:[^:]*:iam::[^:]*:(role\/)?[^:/]*[*?])/));
      if (passes && open !== undefined && !open.matches(/:role\/[^*?]{3}/)) {
        report(`Any role may be passed to a service: name those needed in \`${open.path}\`.`);
      }
    }
  }),
};
