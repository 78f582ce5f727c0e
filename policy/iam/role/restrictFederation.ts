import { conditions, principals, statements } from "../../support/document";
import type { Property } from "../../support/property";
import { onTypes, type ResourceRule } from "../../support/rule";

/**
 * An identity provider such as that of GitHub speaks for everyone who uses it: without a limit on
 * the subject, every repository in the world may assume the role.
 */
export const restrictFederation: ResourceRule = {
  name: "iam-role-restrict-federation",
  displayName: "An identity provider is trusted for named subjects only",
  description:
    "A role that an OpenID Connect provider may assume must say for which subjects, by a condition.",
  enforcementLevel: "mandatory",
  severity: "critical",
  tags: ["iam", "security"],
  remediationSteps:
    "Add `StringEquals`, or `StringLike` with a beginning that names owner and repository, on the " +
    "provider's `:sub` to the `Condition` of the statement in `assumeRolePolicy`.",
  url: "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc.html",
  validateResource: onTypes(["aws:iam/role:Role"], (role, report) => {
    for (const statement of statements(role.at("assumeRolePolicy"), "Allow")) {
      const federated = principals(statement).some(
        ([kind, provider]) => kind === "Federated" && !provider.matches(/:saml-provider\//),
      );
      if (federated && !isLimited(statement)) {
        report(
          "Whoever the identity provider knows may assume the role: add its `:sub`, with owner and " +
            `name, to \`${statement.path}.Condition\`.`,
        );
      }
    }
  }),
};

/** Cognito's identity pools are limited by their audience. */
function isLimited(statement: Property): boolean {
  if (statement.at("Condition").isUnknown) {
    return true;
  }
  return conditions(statement).some(
    ({ operator, key, values }) =>
      (key.endsWith(":sub") || key === "cognito-identity.amazonaws.com:aud") &&
      /^(ForAnyValue:)?String(Equals|Like|EqualsIgnoreCase)$/i.test(operator) &&
      values.length > 0 &&
      values.every((value) => value.mayBe((text) => typeof text === "string" && isNarrow(text))),
  );
}

/** No wildcard, or one after an owner and a name: `repo:owner/name:*`. */
function isNarrow(subject: string): boolean {
  return /^[^*?]+$/.test(subject) || /^[^*?:]+:[^*?:/]+[/:][^*?:/]+[:/]/.test(subject);
}
