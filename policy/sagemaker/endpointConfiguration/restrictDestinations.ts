import { onEach, type StackRule } from "../../support/rule";
import { destinations, placesElsewhere, saysElsewhere } from "../../s3/destination";
import { ENDPOINT_CONFIGURATION, variantsOf } from "./resource";

/** A right prefix does not make a bucket ours; nor do answers and core dumps hold less than captures. */
export const restrictDestinations: StackRule = {
  name: "sagemaker-endpoint-configuration-restrict-destinations",
  displayName: "What an endpoint writes stays in approved buckets",
  description:
    "Captured data, asynchronous answers and core dumps must go to a bucket of the stack, or to a " +
    "listed one.",
  enforcementLevel: "mandatory",
  severity: "critical",
  tags: ["sagemaker", "data-capture", "security"],
  remediationSteps:
    "Make the destination from the name of a bucket of the stack, or list the bucket in `buckets`.",
  url: "https://docs.aws.amazon.com/sagemaker/latest/dg/model-monitor-data-capture-endpoint.html",
  configSchema: destinations.schema,
  validateStack: onEach([ENDPOINT_CONFIGURATION], (configuration, stack, report, args) => {
    const asynchronous = configuration.props.at("asyncInferenceConfig").at("outputConfig");
    const places = [
      configuration.props.at("dataCaptureConfig").at("destinationS3Uri"),
      asynchronous.at("s3OutputPath"),
      asynchronous.at("s3FailurePath"),
      ...variantsOf(configuration.props).map((variant) =>
        variant.at("coreDumpConfig").at("destinationS3Uri"),
      ),
    ];
    for (const place of placesElsewhere(configuration, stack, args, places)) {
      report(saysElsewhere(place));
    }
  }),
};
