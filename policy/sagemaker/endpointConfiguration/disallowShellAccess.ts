import { onTypes, type ResourceRule } from "../../support/rule";
import { ENDPOINT_CONFIGURATION, variantsOf } from "./resource";

export const disallowShellAccess: ResourceRule = {
  name: "sagemaker-endpoint-configuration-disallow-shell-access",
  displayName: "Nobody gets a shell where a model serves",
  description: "No variant of an endpoint may let people into its containers.",
  enforcementLevel: "mandatory",
  severity: "high",
  tags: ["sagemaker", "security"],
  remediationSteps: "Leave out `enableSsmAccess`; look at logs and captured data instead.",
  url: "https://docs.aws.amazon.com/sagemaker/latest/dg/ssm-access.html",
  validateResource: onTypes([ENDPOINT_CONFIGURATION], (configuration, report) => {
    for (const variant of variantsOf(configuration)) {
      const access = variant.at("enableSsmAccess");
      if (!access.isAbsent && !access.mayBe((value) => value === false)) {
        report(`People can enter the container: leave out \`${access.path}\`, or set it to false.`);
      }
    }
  }),
};
