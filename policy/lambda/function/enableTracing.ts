import { onTypes, type ResourceRule } from "../../support/rule";
import { FUNCTION } from "./resource";

export const enableTracing: ResourceRule = {
  name: "lambda-function-enable-tracing",
  displayName: "Functions are traced",
  description: "A Lambda function must record traces of its invocations.",
  enforcementLevel: "mandatory",
  severity: "low",
  tags: ["lambda", "observability"],
  remediationSteps: "Set `tracingConfig.mode` to Active; PassThrough leaves it to the caller.",
  url: "https://docs.aws.amazon.com/lambda/latest/dg/services-xray.html",
  validateResource: onTypes([FUNCTION], (resource, report) => {
    const mode = resource.at("tracingConfig").at("mode");
    if (!mode.mayBe((value) => value === "Active")) {
      report(`Invocations are not traced: set \`${mode.path}\` to Active.`);
    }
  }),
};
