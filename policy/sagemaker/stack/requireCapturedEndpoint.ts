import { onEach, type StackRule } from "../../support/rule";
import { ENDPOINT_CONFIGURATION, mayCapture } from "../endpointConfiguration/resource";

/**
 * Looks at every endpoint, and at what it serves with: a configuration that captures is no use if
 * no endpoint has it. How much it captures, and where to, is judged at the configuration.
 */
export const requireCapturedEndpoint: StackRule = {
  name: "sagemaker-stack-require-captured-endpoint",
  displayName: "Every endpoint serves with data capture",
  description:
    "Every endpoint must use an endpoint configuration of its own stack that captures its traffic.",
  enforcementLevel: "mandatory",
  severity: "critical",
  tags: ["sagemaker", "data-capture"],
  remediationSteps:
    "Set `endpointConfigName` to the `name` of an `aws.sagemaker.EndpointConfiguration` of the " +
    "stack with `dataCaptureConfig.enableCapture: true`.",
  url: "https://docs.aws.amazon.com/sagemaker/latest/dg/model-monitor-data-capture-endpoint.html",
  validateStack: onEach(["aws:sagemaker/endpoint:Endpoint"], (endpoint, stack, report) => {
    const used = stack.referredToBy(
      endpoint,
      [ENDPOINT_CONFIGURATION],
      "endpointConfigName",
      "name",
    );
    if (used.length === 0) {
      report(
        "Nobody can tell what the endpoint captures: set `endpointConfigName` to the name of an " +
          "endpoint configuration of the stack.",
      );
    } else if (!used.every(({ props }) => mayCapture(props))) {
      report(
        "The endpoint's traffic is not captured: set `dataCaptureConfig.enableCapture` of its " +
          "endpoint configuration to true.",
      );
    }
  }),
};
