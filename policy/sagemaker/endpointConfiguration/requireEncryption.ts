import { onTypes, type ResourceRule } from "../../support/rule";
import { mayBeOwnKey, takesKey } from "../volume";
import { ENDPOINT_CONFIGURATION, variantsOf } from "./resource";

/** Models and requests are on the volumes. Instances with disks of their own take no key. */
export const requireEncryption: ResourceRule = {
  name: "sagemaker-endpoint-configuration-require-encryption",
  displayName: "Endpoints' volumes are encrypted with a key of yours",
  description:
    "The volumes of an endpoint's instances must be encrypted with a customer managed key, where " +
    "they take one.",
  enforcementLevel: "mandatory",
  severity: "medium",
  tags: ["sagemaker", "encryption"],
  remediationSteps: "Set `kmsKeyArn` to a key of yours.",
  url: "https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateEndpointConfig.html",
  validateResource: onTypes([ENDPOINT_CONFIGURATION], (configuration, report) => {
    const types = variantsOf(configuration)
      .filter((variant) => variant.at("serverlessConfig").isAbsent)
      .map((variant) => variant.at("instanceType"));
    const key = configuration.at("kmsKeyArn");
    if (takesKey(types) && !mayBeOwnKey(key)) {
      report(`The endpoint's volumes have no key of yours: set \`${key.path}\`.`);
    }
  }),
};
