import { restrictDestinations } from "../../../../policy/sagemaker/workload/restrictDestinations";
import { subject, UNKNOWN, withValue, type Subject } from "../../../support/policy";
import { itDecides } from "../../cases";
import { bucket } from "../../s3/bucket/resource";
import { domain } from "../domain/resource";
import { inlineSchedule, qualityJob, tuningJob } from "./resource";

const REPORTS = "monitoringOutputs.s3Output.s3Uri";
const OUTPUT = "dataQualityJobOutputConfig";
const OWN_OUTPUT = "monitoringScheduleConfig.monitoringJobDefinition.monitoringOutputConfig";
const complaint = (path: string) =>
  `Data leaves the stack: set \`${path}\` to a place in a bucket of the stack, or list its bucket ` +
  "in the policy's config.";
/** A job with the value at a path, of which only the parent of the block must be there. */
const writes = (job: Subject, block: string, path: string, to: unknown) => {
  const value = path.split(".").reduceRight<unknown>((inner, name) => ({ [name]: inner }), to);
  return [withValue(job, block, value), bucket];
};
const pipeline = (place: unknown, parameters: readonly object[] = []) => [
  subject("aws:sagemaker/pipeline:Pipeline", {
    pipelineDefinition: JSON.stringify({
      Parameters: parameters,
      Steps: [
        { Type: "Training", Arguments: { OutputDataConfig: { S3OutputPath: place } } },
        { Type: "Processing", Arguments: { ProcessingInputs: [{ S3Input: { S3Uri: "s3://x" } }] } },
      ],
    }),
  }),
  bucket,
];

const store = (type: string, props: Record<string, unknown>) => [
  subject(`aws:sagemaker/${type}`, props),
  bucket,
];
const STORES: Readonly<Record<string, readonly [path: string, of: (place: string) => Subject[]]>> =
  {
    "features that are kept": [
      "offlineStoreConfig.s3StorageConfig.s3Uri",
      (s3Uri) =>
        store("featureGroup:FeatureGroup", { offlineStoreConfig: { s3StorageConfig: { s3Uri } } }),
    ],
    "what reviewers say": [
      "outputConfig.s3OutputPath",
      (s3OutputPath) => store("flowDefinition:FlowDefinition", { outputConfig: { s3OutputPath } }),
    ],
    "what devices send": [
      "outputConfig.s3OutputLocation",
      (s3OutputLocation) =>
        store("deviceFleet:DeviceFleet", { outputConfig: { s3OutputLocation } }),
    ],
    "what MLflow keeps": [
      "artifactStoreUri",
      (artifactStoreUri) =>
        store("mlflowTrackingServer:MlflowTrackingServer", { artifactStoreUri }),
    ],
  };

describe("policy sagemaker/workload/restrictDestinations", () => {
  itDecides(restrictDestinations, {
    accepts: {
      "reports in a bucket of the stack": writes(
        qualityJob,
        OUTPUT,
        REPORTS,
        "s3://inference/reports",
      ),
      "captures of elsewhere that a job reads": writes(
        qualityJob,
        "dataQualityJobInput",
        "batchTransformInput.dataCapturedDestinationS3Uri",
        "s3://elsewhere/captures",
      ),
      "a baseline of elsewhere": writes(
        qualityJob,
        "dataQualityBaselineConfig",
        "statisticsResource.s3Uri",
        "s3://elsewhere/statistics.json",
      ),
      "a place that only the update will know": writes(qualityJob, OUTPUT, REPORTS, UNKNOWN),
      ...Object.fromEntries(
        Object.entries(STORES).map(([what, [, of]]) => [
          `${what} in a bucket of the stack`,
          of("s3://inference/any"),
        ]),
      ),
      "a pipeline that writes to the stack": pipeline("s3://inference/models"),
      "a pipeline that joins its place": pipeline({ "Std:Join": { On: "/", Values: ["s3:", ""] } }),
    },
    refuses: {
      "reports elsewhere": [
        writes(qualityJob, OUTPUT, REPORTS, "s3://elsewhere/reports"),
        complaint(`${OUTPUT}.${REPORTS}`),
      ],
      "reports of a schedule's own job elsewhere": [
        writes(inlineSchedule, OWN_OUTPUT, REPORTS, "s3://elsewhere/reports"),
        complaint(`${OWN_OUTPUT}.${REPORTS}`),
      ],
      "models of a tuning job elsewhere": [
        writes(
          tuningJob,
          "trainingJobDefinition.outputDataConfig",
          "s3OutputPath",
          "s3://inference-of-others/models",
        ),
        complaint("trainingJobDefinition.outputDataConfig.s3OutputPath"),
      ],
      "checkpoints of a tuning job elsewhere": [
        writes(tuningJob, "trainingJobDefinition.checkpointConfig", "s3Uri", "s3://elsewhere/c"),
        complaint("trainingJobDefinition.checkpointConfig.s3Uri"),
      ],
      "notebooks that Studio shares elsewhere": [
        writes(
          domain,
          "defaultUserSettings.sharingSettings",
          "s3OutputPath",
          "s3://elsewhere/shared",
        ),
        complaint("defaultUserSettings.sharingSettings.s3OutputPath"),
      ],
      ...Object.fromEntries(
        Object.entries(STORES).map(([what, [path, of]]) => [
          `${what} elsewhere`,
          [of("s3://elsewhere/any"), complaint(path)] as const,
        ]),
      ),
      "a pipeline that writes elsewhere": [
        pipeline("s3://elsewhere/models"),
        complaint("pipelineDefinition.Steps[0].Arguments.OutputDataConfig.S3OutputPath"),
      ],
      "a pipeline that writes elsewhere by a parameter": [
        pipeline({ Get: "Parameters.Place" }, [
          { Name: "Place", DefaultValue: "s3://elsewhere/models" },
        ]),
        complaint("pipelineDefinition.Parameters[0].DefaultValue"),
      ],
    },
    ignores: { "a stack without jobs": bucket },
  });
});
