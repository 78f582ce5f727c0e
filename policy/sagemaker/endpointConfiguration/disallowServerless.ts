import { onTypes, type ResourceRule } from "../../support/rule";
import { ENDPOINT_CONFIGURATION, variantsOf } from "./resource";

export const disallowServerless: ResourceRule = {
  name: "sagemaker-endpoint-configuration-disallow-serverless",
  displayName: "Nothing is served where nothing can be captured",
  description: "No variant of an endpoint may be serverless: SageMaker captures no data there.",
  enforcementLevel: "mandatory",
  severity: "critical",
  tags: ["sagemaker", "data-capture"],
  remediationSteps:
    "Leave out `serverlessConfig`, and give the variant `instanceType` and `initialInstanceCount`.",
  url: "https://docs.aws.amazon.com/sagemaker/latest/dg/serverless-endpoints.html",
  validateResource: onTypes([ENDPOINT_CONFIGURATION], (configuration, report) => {
    for (const variant of variantsOf(configuration)) {
      const serverless = variant.at("serverlessConfig");
      if (!serverless.isAbsent) {
        report(
          `A serverless variant captures nothing: leave out \`${serverless.path}\`, and set ` +
            "`instanceType` and `initialInstanceCount` in its place.",
        );
      }
    }
  }),
};
