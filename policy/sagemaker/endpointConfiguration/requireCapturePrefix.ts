import { onTypes, type ResourceRule } from "../../support/rule";
import { defineSettings } from "../../support/settings";
import { ENDPOINT_CONFIGURATION, mayCaptureUnder, prefixSetting } from "./resource";

const settings = defineSettings({ prefix: prefixSetting });

/** The bucket's name is usually unknown in a preview, and then so is the whole destination. */
export const requireCapturePrefix: ResourceRule = {
  name: "sagemaker-endpoint-configuration-require-capture-prefix",
  displayName: "Captured data goes where it is looked for",
  description: "Captured data must be written under the approved key prefix.",
  enforcementLevel: "mandatory",
  severity: "high",
  tags: ["sagemaker", "data-capture"],
  remediationSteps:
    "Set `dataCaptureConfig.destinationS3Uri` to `s3://<bucket>/` and the approved prefix.",
  url: "https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DataCaptureConfig.html",
  configSchema: settings.schema,
  validateResource: onTypes([ENDPOINT_CONFIGURATION], (configuration, report, args) => {
    const { prefix } = settings.read(args);
    if (configuration.at("dataCaptureConfig").isAbsent) {
      args.notApplicable("No data capture is configured");
    }
    if (!mayCaptureUnder(configuration, prefix)) {
      report(
        "Captured data does not go to the approved place: set `dataCaptureConfig.destinationS3Uri` " +
          `to \`s3://<bucket>/${prefix}\`.`,
      );
    }
  }),
};
