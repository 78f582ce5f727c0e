import { onTypes, type ResourceRule } from "../../support/rule";
import { FUNCTION } from "./resource";

/** A name that says the value is a secret; `DB_PASSWORD_ARN` only says where one is. */
const SECRET_NAME =
  /(^|_)(secret|password|passwd|passphrase|pwd|token|credentials?|(secret|api|access|private|signing|encryption)_?key)(_?\d+|_value)?$/;

/** What secrets look like, whatever they are called. */
const SECRET_VALUES = [
  // Access key identifiers ("Unique identifiers", IAM User Guide).
  /\b(AKIA|ASIA)[A-Z0-9]{16}\b/,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----/,
  // Tokens of GitHub and Slack, and signed JSON web tokens.
  /\bgh[pousr]_[A-Za-z0-9]{36}/,
  /\bxox[abprs]-[A-Za-z0-9-]{10}/,
  /\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\./,
  // A URL with a password in it.
  /\b[a-z][a-z0-9+.-]*:\/\/[^/\s:@]*:[^/\s@]+@/i,
];

/**
 * Everyone who may describe the function reads its environment. A name is enough to refuse, even
 * while the value is unknown or marked as secret: it would still be stored as plain text.
 */
export const disallowSecretsInEnvironment: ResourceRule = {
  name: "lambda-function-disallow-secrets-in-environment",
  displayName: "No secrets in a function's environment",
  description: "A Lambda function must not carry secrets in its environment variables.",
  enforcementLevel: "mandatory",
  severity: "high",
  tags: ["lambda", "security"],
  remediationSteps:
    "Keep the secret in Secrets Manager, pass its ARN in a variable whose name ends in `_ARN`, and " +
    "read it when the function starts.",
  url: "https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html",
  validateResource: onTypes([FUNCTION], (resource, report) => {
    for (const [name, value] of resource.at("environment").at("variables").entries()) {
      const named = SECRET_NAME.test(snakeCase(name)) && !value.is((text) => text === "");
      const shown = SECRET_VALUES.some((pattern) => value.matches(pattern));
      if (!value.isAbsent && (named || shown)) {
        report(
          `A secret in the environment: replace \`${value.path}\` by the ARN of a stored secret.`,
        );
      }
    }
  }),
};

/** `dbPassword` and `DB_PASSWORD` to `db_password`. */
function snakeCase(name: string): string {
  return name.replace(/([a-z0-9])([A-Z])/g, "$1_$2").toLowerCase();
}
