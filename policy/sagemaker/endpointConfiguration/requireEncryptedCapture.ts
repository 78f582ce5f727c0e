import { onEach, type StackRule } from "../../support/rule";
import { isEncrypted } from "../destination";
import { ENDPOINT_CONFIGURATION } from "./resource";

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
  validateStack: onEach([ENDPOINT_CONFIGURATION], (configuration, stack, report) => {
    const captures = !configuration.props.at("dataCaptureConfig").isAbsent;
    if (captures && !isEncrypted(configuration, stack, "dataCaptureConfig", "destinationS3Uri")) {
      report(
        "Captured data leaves the stack without encryption: set `dataCaptureConfig.kmsKeyId`, or " +
          "`dataCaptureConfig.destinationS3Uri` to a bucket of the stack.",
      );
    }
  }),
};
