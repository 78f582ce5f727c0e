import { onTypes, type ResourceRule } from "../../support/rule";
import { ENDPOINT_CONFIGURATION, uncaptured } from "./resource";

export const requireInputAndOutput: ResourceRule = {
  name: "sagemaker-endpoint-configuration-require-input-and-output",
  displayName: "Requests and answers are captured",
  description: "Data capture must record both the input and the output of every request.",
  enforcementLevel: "mandatory",
  severity: "high",
  tags: ["sagemaker", "data-capture"],
  remediationSteps:
    "Set `dataCaptureConfig.captureOptions` to one entry with `captureMode` Input and one with " +
    "Output, or to a single entry with InputAndOutput.",
  url: "https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CaptureOption.html",
  validateResource: onTypes([ENDPOINT_CONFIGURATION], (configuration, report, args) => {
    if (configuration.at("dataCaptureConfig").isAbsent) {
      args.notApplicable("No data capture is configured");
    }
    for (const side of uncaptured(configuration)) {
      report(
        `${side} is not captured: add an entry with \`captureMode\` ${side} to ` +
          "`dataCaptureConfig.captureOptions`.",
      );
    }
  }),
};
