import { onTypes, type ResourceRule } from "../../support/rule";
import { defineSettings } from "../../support/settings";
import { ENDPOINT_CONFIGURATION } from "./resource";

const settings = defineSettings({
  percentage: {
    type: "integer",
    minimum: 1,
    maximum: 100,
    default: 100,
    description: "Share of the requests that is captured, exactly",
  },
});

export const requireFullSampling: ResourceRule = {
  name: "sagemaker-endpoint-configuration-require-full-sampling",
  displayName: "The required share of requests is captured",
  description: "Data capture must sample exactly the required percentage of the requests.",
  enforcementLevel: "mandatory",
  severity: "high",
  tags: ["sagemaker", "data-capture"],
  remediationSteps: "Set `dataCaptureConfig.initialSamplingPercentage` to the required percentage.",
  url: "https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DataCaptureConfig.html",
  configSchema: settings.schema,
  validateResource: onTypes([ENDPOINT_CONFIGURATION], (configuration, report, args) => {
    const { percentage } = settings.read(args);
    const capture = configuration.at("dataCaptureConfig");
    if (capture.isAbsent) {
      args.notApplicable("No data capture is configured");
    }
    const sampling = capture.at("initialSamplingPercentage");
    if (!sampling.mayBe((value) => value === percentage)) {
      report(
        `The required share of requests is not captured: set \`${sampling.path}\` to ${percentage}.`,
      );
    }
  }),
};
