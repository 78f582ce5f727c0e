import { onEach, type StackRule } from "../../support/rule";
import { destinations, placesElsewhere, saysElsewhere } from "../../s3/destination";
import { everywhere, valuesOf, WORKLOADS } from "./resource";

/** Blocks in which an `s3Uri` is a place that is written to; elsewhere it may be one that is read. */
const OUTPUT_BLOCKS = [
  "checkpointConfig",
  "dataQualityJobOutputConfig",
  "monitoringOutputConfig",
  "processingOutputConfig",
];

export const restrictDestinations: StackRule = {
  name: "sagemaker-workload-restrict-destinations",
  displayName: "What jobs write stays in approved buckets",
  description:
    "Reports of monitoring jobs, models of tuning jobs, labels, what algorithms and pipelines write and " +
    "what Studio and Canvas share must go to a bucket of the stack, or to a listed one.",
  enforcementLevel: "mandatory",
  severity: "high",
  tags: ["sagemaker", "security"],
  remediationSteps:
    "Make the destination from the name of a bucket of the stack, or list the bucket in `buckets`.",
  url: "https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_MonitoringS3Output.html",
  configSchema: destinations.schema,
  validateStack: onEach(WORKLOADS, (workload, stack, report, args) => {
    const { props } = workload;
    const places = [
      ...["s3OutputPath", "s3ArtifactPath"].flatMap((name) => everywhere(props, name)),
      ...OUTPUT_BLOCKS.flatMap((name) => everywhere(props, name)).flatMap((block) =>
        everywhere(block, "s3Uri"),
      ),
    ]
      .flatMap((place) => valuesOf(props, place))
      // What a pipeline makes of several values is known when it runs.
      .filter((place) => !place.isMap);
    for (const place of placesElsewhere(workload, stack, args, places)) {
      report(saysElsewhere(place));
    }
  }),
};
