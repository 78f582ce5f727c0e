import { onTypes, type ResourceRule } from "../../support/rule";
import { defineSettings } from "../../support/settings";
import { allowStatements, IDENTITY_POLICIES } from "./resource";

const settings = defineSettings({
  allowed: {
    type: "array",
    items: { type: "string" },
    default: [],
    description: "Actions with a wildcard, as they are written, that may be allowed",
  },
});

/** `*` alone is left to the policy on all actions. */
export const disallowWildcardActions: ResourceRule = {
  name: "iam-policy-disallow-wildcard-actions",
  displayName: "Every allowed action is named",
  description:
    "No policy may allow actions by a wildcard: `s3:*` also allows what comes next year.",
  enforcementLevel: "mandatory",
  severity: "high",
  tags: ["iam", "least-privilege"],
  remediationSteps: "List the actions that the role needs, such as `s3:GetObject`, in `Action`.",
  url: "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html",
  configSchema: settings.schema,
  validateResource: onTypes(IDENTITY_POLICIES, (resource, report, args) => {
    const { allowed } = settings.read(args);
    const actions = allowStatements(resource).flatMap((statement) =>
      statement.at("Action").itemsOrSelf(),
    );
    for (const action of actions) {
      const isPattern = action.matches(/[*?]/) && action.matches(/[^*?:]/);
      if (isPattern && !action.is((value) => allowed.includes(value as string))) {
        report(`Actions are allowed by a wildcard: name the needed ones in \`${action.path}\`.`);
      }
    }
  }),
};
