import { onTypes, type ResourceRule } from "../../support/rule";
import { ENDPOINT_CONFIGURATION, mayCapture } from "./resource";

/** Owns the whole block: without `dataCaptureConfig` the other capture rules have no subject. */
export const enableCapture: ResourceRule = {
  name: "sagemaker-endpoint-configuration-enable-capture",
  displayName: "Endpoints capture their traffic",
  description: "An endpoint configuration must have data capture enabled.",
  enforcementLevel: "mandatory",
  severity: "critical",
  tags: ["sagemaker", "data-capture"],
  remediationSteps: "Add `dataCaptureConfig` with `enableCapture: true`; its default is false.",
  url: "https://docs.aws.amazon.com/sagemaker/latest/dg/model-monitor-data-capture-endpoint.html",
  validateResource: onTypes([ENDPOINT_CONFIGURATION], (configuration, report) => {
    if (!mayCapture(configuration)) {
      report("Data capture is off: set `dataCaptureConfig.enableCapture` to true.");
    }
  }),
};
