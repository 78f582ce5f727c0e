/**
 * What requests about Model Monitor may say (SageMaker API Reference); as in `requests.ts`, what is not
 * imitated is refused by its name.
 */
import { z } from "zod";
import { takesVolumeKey } from "./instances";

const bounded = (most: number, pattern: RegExp) => z.string().max(most).regex(pattern);

const entityName = bounded(63, /^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$/);
const keyId = bounded(2048, /^[a-zA-Z0-9:/_-]*$/);
const s3Uri = (most: number) => bounded(most, /^s3:\/\/[^/]+\/?.*$/);
const resource = z.strictObject({ S3Uri: s3Uri(1024) });
const inContainer = bounded(256, /^\/opt\/ml\/processing\/.*$/);
const ids = (most: number) =>
  z
    .array(bounded(32, /^[-0-9a-zA-Z]+$/))
    .min(1)
    .max(most);

export const DATA_QUALITY_JOB_DEFINITION = z
  .strictObject({
    JobDefinitionName: entityName,
    RoleArn: bounded(2048, /^arn:aws[a-z-]*:iam::\d{12}:role\/?[a-zA-Z_0-9+=,.@\-_/]+$/),
    DataQualityAppSpecification: z.strictObject({
      // Only the analyzer of Model Monitor itself is imitated.
      ImageUri: bounded(255, /\/sagemaker-model-monitor-analyzer(:latest)?$/),
      RecordPreprocessorSourceUri: s3Uri(1024),
      Environment: z
        .record(bounded(256, /^[a-zA-Z_][a-zA-Z0-9_]*$/), z.string().max(256))
        .refine((all) => Object.keys(all).length <= 50, "there are at most 50")
        .default({}),
    }),
    DataQualityBaselineConfig: z.strictObject({
      StatisticsResource: resource,
      ConstraintsResource: resource,
    }),
    DataQualityJobInput: z.strictObject({
      EndpointInput: z.strictObject({
        EndpointName: entityName,
        LocalPath: inContainer,
        S3InputMode: z.literal("File").default("File"),
        S3DataDistributionType: z.literal("FullyReplicated").default("FullyReplicated"),
      }),
    }),
    DataQualityJobOutputConfig: z.strictObject({
      KmsKeyId: keyId.optional(),
      MonitoringOutputs: z.tuple([
        z.strictObject({
          S3Output: z.strictObject({
            S3Uri: s3Uri(512),
            LocalPath: inContainer,
            S3UploadMode: z.enum(["Continuous", "EndOfJob"]).default("Continuous"),
          }),
        }),
      ]),
    }),
    JobResources: z.strictObject({
      ClusterConfig: z.strictObject({
        InstanceCount: z.int().min(1).max(100),
        InstanceType: z.string().regex(/^ml\./),
        VolumeSizeInGB: z.int().min(1).max(16_384),
        VolumeKmsKeyId: keyId.optional(),
      }),
    }),
    NetworkConfig: z
      .strictObject({
        EnableInterContainerTrafficEncryption: z.boolean().default(false),
        EnableNetworkIsolation: z.boolean().default(false),
        VpcConfig: z.strictObject({ SecurityGroupIds: ids(5), Subnets: ids(16) }).optional(),
      })
      .optional(),
    StoppingCondition: z
      .strictObject({ MaxRuntimeInSeconds: z.int().min(1).max(86_400) })
      .optional(),
  })
  .refine(
    ({ JobResources: { ClusterConfig: machines } }) =>
      machines.VolumeKmsKeyId === undefined || takesVolumeKey(machines.InstanceType),
    {
      path: ["JobResources", "ClusterConfig", "VolumeKmsKeyId"],
      message: "must not be given: the instance's local storage encrypts itself",
    },
  );

/** Of `CreateMonitoringSchedule` and of `UpdateMonitoringSchedule`. */
export const MONITORING_SCHEDULE = z.strictObject({
  MonitoringScheduleName: entityName,
  MonitoringScheduleConfig: z.strictObject({
    MonitoringType: z.literal("DataQuality"),
    MonitoringJobDefinitionName: entityName,
    ScheduleConfig: z.strictObject({
      // "Hourly", "Daily", and every so many hours from one on.
      ScheduleExpression: bounded(
        256,
        /^cron\(0 (\*|([01]?\d|2[0-3])(\/([1-9]|1\d|2[0-4]))?) \? \* \* \*\)$/,
      ),
    }),
  }),
});

export type JobDefinition = z.output<typeof DATA_QUALITY_JOB_DEFINITION>;
export type MonitoringSchedule = z.output<typeof MONITORING_SCHEDULE>;
