import { onTypes, type ResourceRule } from "../../support/rule";
import { isSecret } from "../../support/secrets";
import { FUNCTION } from "./resource";

/** Everyone who may describe the function reads its environment. */
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
      if (isSecret(name, value)) {
        report(
          `A secret in the environment: replace \`${value.path}\` by the ARN of a stored secret.`,
        );
      }
    }
  }),
};
