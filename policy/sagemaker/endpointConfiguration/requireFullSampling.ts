import { mend, onTypes, type ResourceRule } from "../../support/rule";
import { defineSettings } from "../../support/settings";
import { ENDPOINT_CONFIGURATION, maySample, percentageSetting } from "./resource";

const settings = defineSettings({ percentage: percentageSetting });

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
    if (configuration.at("dataCaptureConfig").isAbsent) {
      args.notApplicable("No data capture is configured");
    }
    if (!maySample(configuration, percentage)) {
      report(
        "The required share of requests is not captured: set " +
          `\`dataCaptureConfig.initialSamplingPercentage\` to ${percentage}.`,
      );
    }
  }),
  remediateResource: mend([ENDPOINT_CONFIGURATION], (configuration, props, args) => {
    const { percentage } = settings.read(args);
    const capture = configuration.at("dataCaptureConfig");
    if (!capture.isMap || maySample(configuration, percentage)) {
      return false;
    }
    (props["dataCaptureConfig"] as Record<string, unknown>)["initialSamplingPercentage"] =
      percentage;
    return true;
  }),
};
