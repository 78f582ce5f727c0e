import type { Property } from "../../support/property";
import { onEachAsAsked, type StackRule } from "../../support/rule";
import { defineSettings } from "../../support/settings";
import {
  ENDPOINT_CONFIGURATION,
  mayCapture,
  mayCaptureUnder,
  maySample,
  percentageSetting,
  prefixSetting,
  uncaptured,
} from "../endpointConfiguration/resource";

const settings = defineSettings({ percentage: percentageSetting, prefix: prefixSetting });

/**
 * Looks at every endpoint, and at what it serves with: a configuration that captures is no use if
 * no endpoint has it. How much it captures, and where to, is judged at the configuration. One that
 * the program only reads (`EndpointConfiguration.get`) the engine shows to policies on the stack at
 * most, when it refreshes, so it is judged here.
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
  configSchema: settings.schema,
  ...onEachAsAsked(
    ["aws:sagemaker/endpoint:Endpoint"],
    (endpoint, stack, report, args) => {
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
      } else {
        const read = used.filter(({ isAsked }) => !isAsked);
        for (const fix of read.flatMap(({ props }) => fixesOf(props, settings.read(args)))) {
          report(
            "The endpoint's configuration is only read, and does not capture as it must: make one " +
              `in the stack, and ${fix}.`,
          );
        }
      }
    },
    [ENDPOINT_CONFIGURATION],
  ),
};

/** What captures lack, though they are switched on. */
function fixesOf(
  configuration: Property,
  { percentage, prefix }: { readonly percentage: number; readonly prefix: string },
): string[] {
  return [
    ...(maySample(configuration, percentage)
      ? []
      : [`set its \`dataCaptureConfig.initialSamplingPercentage\` to ${percentage}`]),
    ...uncaptured(configuration).map(
      (side) =>
        `add an entry with \`captureMode\` ${side} to its \`dataCaptureConfig.captureOptions\``,
    ),
    ...(mayCaptureUnder(configuration, prefix)
      ? []
      : [`set its \`dataCaptureConfig.destinationS3Uri\` to \`s3://<bucket>/${prefix}\``]),
  ];
}
