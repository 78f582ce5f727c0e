import { onTypes, type ResourceRule } from "../../support/rule";
import { ENDPOINT_CONFIGURATION } from "./resource";

const REQUIRED = ["Input", "Output"] as const;

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
    const capture = configuration.at("dataCaptureConfig");
    if (capture.isAbsent) {
      args.notApplicable("No data capture is configured");
    }
    const options = capture.at("captureOptions");
    const modes = options.items().map((option) => option.at("captureMode"));
    for (const mode of REQUIRED) {
      const covers = (value: unknown) => value === mode || value === "InputAndOutput";
      if (!options.isUnknown && !modes.some((captured) => captured.mayBe(covers))) {
        report(
          `${mode} is not captured: add an entry with \`captureMode\` ${mode} to \`${options.path}\`.`,
        );
      }
    }
  }),
};
