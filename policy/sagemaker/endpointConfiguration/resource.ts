import type { Property } from "../../support/property";

export const ENDPOINT_CONFIGURATION = "aws:sagemaker/endpointConfiguration:EndpointConfiguration";

/** What endpoints run on unless told. */
export const HOSTING_TYPE = "ml.m5.xlarge";

/** Setting of rules on how much is captured. */
export const percentageSetting = {
  type: "integer",
  minimum: 1,
  maximum: 100,
  default: 100,
  description: "Share of the requests that is captured, exactly",
} as const;

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

/** Whether that share of the requests is captured, or may turn out to be. */
export function maySample(endpointConfiguration: Property, percentage: number): boolean {
  return endpointConfiguration
    .at("dataCaptureConfig")
    .at("initialSamplingPercentage")
    .mayBe((value) => value === percentage);
}

/** Which sides of a request are not captured. */
export function uncaptured(endpointConfiguration: Property): ("Input" | "Output")[] {
  const options = endpointConfiguration.at("dataCaptureConfig").at("captureOptions");
  const modes = options.items().map((option) => option.at("captureMode"));
  return (["Input", "Output"] as const).filter((side) => {
    const covers = (mode: unknown) => mode === side || mode === "InputAndOutput";
    return !options.isUnknown && !modes.some((mode) => mode.mayBe(covers));
  });
}

/** Whether captures go under a prefix, or may turn out to. */
export function mayCaptureUnder(endpointConfiguration: Property, prefix: string): boolean {
  return endpointConfiguration
    .at("dataCaptureConfig")
    .at("destinationS3Uri")
    .mayBe((uri) => typeof uri === "string" && isUnder(uri, prefix));
}

/** `data_capture` and `data_capture/a` are under `data_capture`; `data_capture_old` is not. */
function isUnder(uri: string, prefix: string): boolean {
  const key = /^s3:\/\/[^/]+\/(.*)$/.exec(uri)?.[1];
  return key !== undefined && `${key}/`.startsWith(`${prefix}/`);
}

/** What may serve requests, shadows included. */
export function variantsOf(endpointConfiguration: Property): Property[] {
  return ["productionVariants", "shadowProductionVariants"].flatMap((list) =>
    endpointConfiguration.at(list).items(),
  );
}
