import { isLimitedBy, principals, SOURCE_KEYS, statements } from "../../support/document";
import { onTypes, type ResourceRule } from "../../support/rule";
import { defineSettings } from "../../support/settings";

const settings = defineSettings({
  keys: {
    type: "array",
    items: { type: "string" },
    minItems: 1,
    default: SOURCE_KEYS,
    description: "Condition keys of which a trust policy must have one",
  },
  exempt: {
    type: "array",
    items: { type: "string" },
    // A role comes to an instance by a profile of its own account only.
    default: ["ec2.amazonaws.com"],
    description: "Service principals that send none of these keys",
  },
});

/** Without one, another account can make the service use the role on its behalf. */
export const requireTrustConditions: ResourceRule = {
  name: "iam-role-require-trust-conditions",
  displayName: "Services assume roles for this account only",
  description:
    "A role that a service may assume must say, by a condition, on whose behalf the service acts.",
  enforcementLevel: "mandatory",
  severity: "high",
  tags: ["iam", "confused-deputy"],
  remediationSteps:
    "Add `StringEquals` with `aws:SourceAccount` and the account's id to the `Condition` of the " +
    "statement in `assumeRolePolicy`.",
  url: "https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html",
  configSchema: settings.schema,
  validateResource: onTypes(["aws:iam/role:Role"], (role, report, args) => {
    const { keys, exempt } = settings.read(args);
    for (const statement of statements(role.at("assumeRolePolicy"), "Allow")) {
      const services = principals(statement).filter(
        ([kind, service]) =>
          kind === "Service" && !service.is((name) => exempt.includes(name as string)),
      );
      if (services.length > 0 && !isLimitedBy(statement, keys)) {
        report(
          `The service may act for anyone: add ${keys.join(" or ")} to ` +
            `\`${statement.path}.Condition\`.`,
        );
      }
    }
  }),
};
