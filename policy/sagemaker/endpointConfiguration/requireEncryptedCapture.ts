import { onEachAsAsked, type StackRule } from "../../support/rule";
import { defineSettings } from "../../support/settings";
import { isEncrypted, keysSetting } from "../destination";
import { ENDPOINT_CONFIGURATION } from "./resource";

const settings = defineSettings({ keys: keysSetting });

export const requireEncryptedCapture: StackRule = {
  name: "sagemaker-endpoint-configuration-require-encrypted-capture",
  displayName: "Captured data is encrypted",
  description:
    "Captured data must go into a bucket of the stack, which encrypts it, or have a key of its own.",
  enforcementLevel: "mandatory",
  severity: "high",
  tags: ["sagemaker", "data-capture", "encryption"],
  remediationSteps:
    "Write to a bucket of the stack, or set `dataCaptureConfig.kmsKeyId` to a key of yours.",
  url: "https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DataCaptureConfig.html",
  configSchema: settings.schema,
  ...onEachAsAsked([ENDPOINT_CONFIGURATION], (configuration, stack, report, args) => {
    const { keys } = settings.read(args);
    const captures = !configuration.props.at("dataCaptureConfig").isAbsent;
    if (
      captures &&
      !isEncrypted(configuration, stack, "dataCaptureConfig", "destinationS3Uri", keys)
    ) {
      report(
        "Captured data leaves the stack without encryption: set `dataCaptureConfig.kmsKeyId`, or " +
          "`dataCaptureConfig.destinationS3Uri` to a bucket of the stack.",
      );
    }
  }),
};
