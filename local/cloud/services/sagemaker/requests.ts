/**
 * What requests to SageMaker may say: members, patterns and ranges of its API model (SageMaker API
 * Reference). A member that is not imitated here is refused by its name, never dropped.
 */
import { z } from "zod";
import { AwsError } from "../../protocol";
import { takesVolumeKey } from "./instances";

const bounded = (most: number, pattern: RegExp) => z.string().max(most).regex(pattern);

const entityName = bounded(63, /^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$/);
const modelName = bounded(63, /^[a-zA-Z0-9]([-a-zA-Z0-9]*[a-zA-Z0-9])?$/);
const keyId = bounded(2048, /^[a-zA-Z0-9:/_-]*$/);
const s3Uri = bounded(1024, /^s3:\/\/[^/]+\/?.*$/);

const time = z.number();

const page = z.strictObject({
  SortOrder: z.enum(["Ascending", "Descending"]).default("Descending"),
  /** One of ours: it says how many come before. */
  NextToken: z.string().max(8192).regex(/^\d+$/).optional(),
  MaxResults: z.int().min(1).max(100).default(10),
  NameContains: bounded(63, /^[a-zA-Z0-9-]+$/).optional(),
  CreationTimeBefore: time.optional(),
  CreationTimeAfter: time.optional(),
  SortBy: z.enum(["Name", "CreationTime"]).default("CreationTime"),
});

const size = z.strictObject({
  Type: z.enum(["INSTANCE_COUNT", "CAPACITY_PERCENT"]),
  Value: z.int().min(1),
});

const seconds = (least: number, most: number) => z.int().min(least).max(most);

const deploymentConfig = z.strictObject({
  BlueGreenUpdatePolicy: z
    .strictObject({
      TrafficRoutingConfiguration: z.strictObject({
        Type: z.enum(["ALL_AT_ONCE", "CANARY", "LINEAR"]),
        WaitIntervalInSeconds: seconds(0, 3600),
        CanarySize: size.optional(),
        LinearStepSize: size.optional(),
      }),
      TerminationWaitInSeconds: seconds(0, 3600).optional(),
      MaximumExecutionTimeoutInSeconds: seconds(600, 28_800).optional(),
    })
    .optional(),
  AutoRollbackConfiguration: z
    .strictObject({
      Alarms: z
        .array(z.strictObject({ AlarmName: bounded(255, /^(?!\s*$).+/).optional() }))
        .min(1)
        .max(10)
        .optional(),
    })
    .optional(),
});

/** The operations on endpoints, configurations and models. */
export const HOSTING_REQUESTS = {
  ListEndpointConfigs: page,
  ListModels: page,
  ListMonitoringSchedules: page.extend({
    SortBy: z.enum(["Name", "CreationTime", "Status"]).default("CreationTime"),
  }),
  ListEndpoints: page.extend({
    SortBy: z.enum(["Name", "CreationTime", "Status"]).default("CreationTime"),
    StatusEquals: z
      .enum([
        ...(["OutOfService", "Creating", "Updating", "SystemUpdating", "RollingBack"] as const),
        ...(["InService", "Deleting", "Failed", "UpdateRollbackFailed"] as const),
      ])
      .optional(),
    LastModifiedTimeBefore: time.optional(),
    LastModifiedTimeAfter: time.optional(),
  }),
  DescribeEndpoint: z.strictObject({ EndpointName: entityName }),
  DeleteEndpoint: z.strictObject({ EndpointName: entityName }),
  DescribeEndpointConfig: z.strictObject({ EndpointConfigName: entityName }),
  DeleteEndpointConfig: z.strictObject({ EndpointConfigName: entityName }),
  DescribeModel: z.strictObject({ ModelName: modelName }),
  DeleteModel: z.strictObject({ ModelName: modelName }),
  UpdateEndpoint: z.strictObject({
    EndpointName: entityName,
    EndpointConfigName: entityName,
    RetainAllVariantProperties: z
      .literal(false, { error: "the local SageMaker retains no variant's properties" })
      .optional(),
    DeploymentConfig: deploymentConfig.optional(),
    RetainDeploymentConfig: z.boolean().default(false),
  }),
} as const;

export const DESCRIBE_TRAINING_JOB = z.strictObject({ TrainingJobName: entityName });

const LONGEST_RUN_SECONDS = 28 * 24 * 3600;

const trainingJob = z.strictObject({
  TrainingJobName: entityName,
  RoleArn: z
    .string()
    .min(20)
    .max(2048)
    .regex(/^arn:aws[a-z-]*:iam::\d{12}:role\/?[a-zA-Z_0-9+=,.@\-_/]+$/),
  AlgorithmSpecification: z.strictObject({
    TrainingImage: z.string().max(255),
    // Pipe and FastFile would be other ways to the same data.
    TrainingInputMode: z.literal("File"),
  }),
  HyperParameters: z
    .record(z.string().max(256), z.string().max(2500))
    .refine((all) => Object.keys(all).length <= 100, "there are at most 100")
    .default({}),
  InputDataConfig: z
    .array(
      z.strictObject({
        ChannelName: bounded(64, /^[A-Za-z0-9._-]+$/),
        ContentType: z.string().max(256),
        DataSource: z.strictObject({
          S3DataSource: z.strictObject({
            S3DataType: z.literal("S3Prefix"),
            S3Uri: s3Uri,
            S3DataDistributionType: z.literal("FullyReplicated").default("FullyReplicated"),
          }),
        }),
      }),
    )
    .min(1)
    .max(20)
    .refine(
      (channels) => new Set(channels.map((each) => each.ChannelName)).size === channels.length,
      "must not name a channel twice",
    ),
  OutputDataConfig: z.strictObject({
    S3OutputPath: s3Uri,
    KmsKeyId: keyId.optional(),
  }),
  ResourceConfig: z.strictObject({
    InstanceType: z.string().regex(/^ml\./),
    InstanceCount: z.int().min(1),
    VolumeSizeInGB: z.int().min(1),
    VolumeKmsKeyId: keyId.optional(),
  }),
  StoppingCondition: z.strictObject({
    MaxRuntimeInSeconds: seconds(1, LONGEST_RUN_SECONDS).default(24 * 3600),
    MaxWaitTimeInSeconds: seconds(1, LONGEST_RUN_SECONDS).optional(),
  }),
  EnableManagedSpotTraining: z.boolean().default(false),
  CheckpointConfig: z
    .strictObject({
      S3Uri: s3Uri,
      LocalPath: z.literal("/opt/ml/checkpoints").default("/opt/ml/checkpoints"),
    })
    .optional(),
  EnableNetworkIsolation: z.boolean().default(false),
  VpcConfig: z
    .strictObject({
      SecurityGroupIds: z
        .array(bounded(32, /^[-0-9a-zA-Z]+$/))
        .min(1)
        .max(5),
      Subnets: z
        .array(bounded(32, /^[-0-9a-zA-Z]+$/))
        .min(1)
        .max(16),
    })
    .optional(),
});

/** "Amazon SageMaker AI Managed Spot Training", SageMaker Developer Guide, and `StoppingCondition`. */
export const CREATE_TRAINING_JOB = trainingJob.superRefine((job, context) => {
  const { MaxRuntimeInSeconds: run, MaxWaitTimeInSeconds: wait } = job.StoppingCondition;
  const { VolumeKmsKeyId: key, InstanceType } = job.ResourceConfig;
  const refuse = (message: string, path = ["StoppingCondition", "MaxWaitTimeInSeconds"]) => {
    context.addIssue({ code: "custom", path, message });
  };
  if (key !== undefined && !takesVolumeKey(InstanceType)) {
    refuse(`must not be given: the local storage of ${InstanceType} encrypts itself`, [
      "ResourceConfig",
      "VolumeKmsKeyId",
    ]);
  }
  if (!job.EnableManagedSpotTraining && wait !== undefined) {
    refuse("is for managed spot training alone, and EnableManagedSpotTraining is not set");
  }
  if (job.EnableManagedSpotTraining && (wait === undefined || wait < run)) {
    refuse(
      "Invalid MaxWaitTimeInSeconds. It must be present and be greater than or equal to " +
        `MaxRuntimeInSeconds (${run})`,
    );
  }
});

export type TrainingJobRequest = z.output<typeof CREATE_TRAINING_JOB>;

/** @throws AwsError `ValidationException` that names what is wrong */
export function parseRequest<T>(schema: z.ZodType<T>, input: unknown): T {
  const result = schema.safeParse(input);
  if (!result.success) {
    throw new AwsError("ValidationException", 400, z.prettifyError(result.error));
  }
  return result.data;
}
