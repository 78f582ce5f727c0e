import { onEach, type StackRule } from "../../support/rule";
import { destinations, placesElsewhere, saysElsewhere } from "../../s3/destination";
import { everywhere, valuesOf, WORKLOADS } from "./resource";

/** What writes, and is no job. */
const STORES = [
  "aws:sagemaker/deviceFleet:DeviceFleet",
  "aws:sagemaker/featureGroup:FeatureGroup",
  "aws:sagemaker/flowDefinition:FlowDefinition",
  "aws:sagemaker/mlflowTrackingServer:MlflowTrackingServer",
];

/** Places that are written to, wherever they are. */
const OUTPUTS = ["artifactStoreUri", "s3ArtifactPath", "s3OutputLocation", "s3OutputPath"];

/** Blocks in which an `s3Uri` is a place that is written to; elsewhere it may be one that is read. */
const OUTPUT_BLOCKS = [
  "checkpointConfig",
  "dataQualityJobOutputConfig",
  "monitoringOutputConfig",
  "processingOutputConfig",
  "s3StorageConfig",
];

export const restrictDestinations: StackRule = {
  name: "sagemaker-workload-restrict-destinations",
  displayName: "What jobs write stays in approved buckets",
  description:
    "Reports of monitoring jobs, models of tuning jobs, labels, features, what algorithms, pipelines, " +
    "devices, reviewers and MLflow write and what Studio and Canvas share must go to a bucket of the " +
    "stack, or to a listed one.",
  enforcementLevel: "mandatory",
  severity: "high",
  tags: ["sagemaker", "security"],
  remediationSteps:
    "Make the destination from the name of a bucket of the stack, or list the bucket in `buckets`.",
  url: "https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_MonitoringS3Output.html",
  configSchema: destinations.schema,
  validateStack: onEach([...WORKLOADS, ...STORES], (workload, stack, report, args) => {
    const { props } = workload;
    const places = [
      ...OUTPUTS.flatMap((name) => everywhere(props, name)),
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
