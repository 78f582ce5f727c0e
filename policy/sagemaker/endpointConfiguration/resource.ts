import type { Property } from "../../support/property";

export const ENDPOINT_CONFIGURATION = "aws:sagemaker/endpointConfiguration:EndpointConfiguration";

/** What endpoints run on unless told. */
export const HOSTING_TYPE = "ml.m5.xlarge";

/** Setting of rules on where captures are. */
export const prefixSetting = {
  type: "string",
  minLength: 1,
  default: "Project_2_Extended/data_capture",
  description: "Key prefix, in any bucket, that captured data must go under",
} as const;

/** Whether capture is switched on, or may turn out to be. The provider's default is off. */
export function mayCapture(endpointConfiguration: Property): boolean {
  return endpointConfiguration
    .at("dataCaptureConfig")
    .at("enableCapture")
    .mayBe((value) => value === true);
}

/** What may serve requests, shadows included. */
export function variantsOf(endpointConfiguration: Property): Property[] {
  return ["productionVariants", "shadowProductionVariants"].flatMap((list) =>
    endpointConfiguration.at(list).items(),
  );
}
