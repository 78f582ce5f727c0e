import { Property } from "../../support/property";
import type { StackRule } from "../../support/rule";
import { ENDPOINT_CONFIGURATION, mayCapture } from "../endpointConfiguration/resource";

/** Looks at the whole stack: no rule on a resource can see one that is not there. */
export const requireCapturedEndpoint: StackRule = {
  name: "sagemaker-stack-require-captured-endpoint",
  displayName: "The stack serves with data capture",
  description: "A stack must have at least one endpoint configuration that captures its traffic.",
  enforcementLevel: "mandatory",
  severity: "critical",
  tags: ["sagemaker", "data-capture"],
  remediationSteps:
    "Declare an `aws.sagemaker.EndpointConfiguration` with `dataCaptureConfig.enableCapture: true`.",
  url: "https://docs.aws.amazon.com/sagemaker/latest/dg/model-monitor-data-capture-endpoint.html",
  validateStack: ({ resources }, report) => {
    const captured = resources.some(
      ({ type, props }) => type === ENDPOINT_CONFIGURATION && mayCapture(Property.of(props)),
    );
    if (!captured) {
      report(
        "No endpoint configuration captures its traffic: add one with " +
          "`dataCaptureConfig.enableCapture` true.",
      );
    }
  },
};
