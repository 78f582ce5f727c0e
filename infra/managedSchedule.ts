import { readFileSync } from "node:fs";
import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { capturePrefixOf } from "../contract/inference";
import { MANAGED_SCHEDULE_KEYS } from "../contract/monitoring";
import * as aws from "./aws";
import type { WorkflowConfig } from "./config";
import { containerStatements } from "./imageClassification";
import type { PrivateBucket } from "./privateBucket";
import type { Placement } from "./privateNetwork";
import { ServiceRole, type Statement } from "./serviceRole";
import { vpcConfig } from "./training";

export interface ManagedScheduleArgs {
  /** Has what was captured and what it is compared with, and gets what is found. */
  readonly bucket: PrivateBucket;
  readonly endpoint: aws.sagemaker.Endpoint;
  /** The endpoint's, and known before it is there. */
  readonly endpointName: pulumi.Output<string>;
  /** What has the endpoint answer and writes the baseline: both have to be there before a job. */
  readonly baseline: pulumi.Resource;
  readonly config: Pick<WorkflowConfig, "dataset" | "monitoring">;
  /** Where the jobs run; outside of any network of ours if it is absent. */
  readonly placement: Placement | undefined;
}

/** Repository of the analyzer's image ("Amazon SageMaker Model Monitor prebuilt container"). */
const REPOSITORY = "sagemaker-model-monitor-analyzer";

/** The smallest that policy allows, but for those whose processors run dry. */
export const INSTANCE_TYPE = "ml.m5.large";
const VOLUME_GIGABYTES = 30;

/** The most that the provider takes; AWS allows an hourly job no more, either. */
const MOST_SECONDS = 3600;

/** Of the expressions that Model Monitor has (`ScheduleConfig`, SageMaker API Reference), in UTC. */
const SCHEDULES: Readonly<
  Record<WorkflowConfig["monitoring"]["managedSchedule"]["period"], string>
> = {
  hour: "cron(0 * ? * * *)",
  day: "cron(0 0 ? * * *)",
};

/**
 * SageMaker Model Monitor's schedule for data quality, which AWS has closed to new customers since
 * 30 July 2026. Its analyzer knows tables only, so a record preprocessor makes one row of numbers and
 * words of each captured request; what it compares them with, deployment has written.
 *
 * The schedule goes before the endpoint, which AWS would not delete otherwise, and has its name: so
 * another endpoint has another schedule. A definition cannot be changed: another one takes its place,
 * to which the schedule moves before the old one goes.
 */
export class ManagedSchedule extends pulumi.ComponentResource {
  readonly scheduleName: pulumi.Output<string>;

  constructor(name: string, args: ManagedScheduleArgs, opts?: pulumi.ComponentResourceOptions) {
    super("ml-workflow-aws:infra:ManagedSchedule", name, {}, opts);
    const { bucket, endpointName, config, placement } = args;
    const child = { parent: this };
    // They hold nothing, and a change of the stack may replace them.
    const replaced = { ...child, protect: false };

    const role = new ServiceRole(
      `${name}-role`,
      {
        service: "sagemaker.amazonaws.com",
        statements: analyzerStatements(bucket, endpointName),
      },
      child,
    );
    const preprocessor = new aws.s3.BucketObject(
      `${name}-preprocessor`,
      {
        bucket: bucket.name,
        key: MANAGED_SCHEDULE_KEYS.preprocessor,
        content: preprocessorFor(config.dataset.classes),
        contentType: "text/x-python",
      },
      replaced,
    );
    const interfaces = placement?.join(name, "processing", role, child);
    const uri = (key: pulumi.Input<string>) => pulumi.interpolate`s3://${bucket.name}/${key}`;
    const definition = new aws.sagemaker.DataQualityJobDefinition(
      name,
      {
        roleArn: role.arn,
        dataQualityAppSpecification: {
          // Docker's own default where AWS's guide names no tag; the provider would take 1.
          imageUri: aws.sagemaker.getPrebuiltEcrImageOutput({
            repositoryName: REPOSITORY,
            imageTag: "latest",
          }).registryPath,
          recordPreprocessorSourceUri: uri(preprocessor.key),
          environment: { publish_cloudwatch_metrics: "Enabled" },
        },
        dataQualityBaselineConfig: {
          statisticsResource: { s3Uri: uri(MANAGED_SCHEDULE_KEYS.statistics) },
          constraintsResource: { s3Uri: uri(MANAGED_SCHEDULE_KEYS.constraints) },
        },
        dataQualityJobInput: {
          endpointInput: {
            endpointName,
            localPath: "/opt/ml/processing/input/endpoint",
            s3InputMode: "File",
            s3DataDistributionType: "FullyReplicated",
          },
        },
        dataQualityJobOutputConfig: {
          kmsKeyId: bucket.key.arn,
          monitoringOutputs: {
            s3Output: {
              s3Uri: uri(MANAGED_SCHEDULE_KEYS.reports),
              localPath: "/opt/ml/processing/output",
              s3UploadMode: "EndOfJob",
            },
          },
        },
        jobResources: {
          clusterConfig: {
            instanceType: INSTANCE_TYPE,
            instanceCount: 1,
            volumeSizeInGb: VOLUME_GIGABYTES,
            volumeKmsKeyId: bucket.key.arn,
          },
        },
        networkConfig: {
          // SageMaker itself brings the captures, and takes reports and metrics.
          enableNetworkIsolation: true,
          enableInterContainerTrafficEncryption: true,
          ...(interfaces === undefined ? {} : { vpcConfig: vpcConfig(interfaces) }),
        },
        stoppingCondition: { maxRuntimeInSeconds: MOST_SECONDS },
      },
      // The provider takes another role for a change in place, which it then does not make.
      { ...replaced, dependsOn: [args.baseline], replaceOnChanges: ["roleArn"] },
    );
    const schedule = new aws.sagemaker.MonitoringSchedule(
      name,
      {
        name: args.endpoint.name,
        monitoringScheduleConfig: {
          monitoringType: "DataQuality",
          monitoringJobDefinitionName: definition.name,
          scheduleConfig: {
            scheduleExpression: SCHEDULES[config.monitoring.managedSchedule.period],
          },
        },
      },
      replaced,
    );

    this.scheduleName = schedule.name;
    this.registerOutputs({ scheduleName: this.scheduleName });
  }
}

const PREPROCESSOR = path.join(__dirname, "managedSchedule", "preprocessor.py");

/**
 * The preprocessor for a model of these classes: its environment could not hold them all.
 * @param classes names in label order
 */
export function preprocessorFor(classes: readonly string[]): string {
  // A list of texts of letters, digits, hyphens and underscores is the same in JSON and in Python.
  return readFileSync(PREPROCESSOR, "utf8").replace(
    /^CLASSES = .*$/m,
    `CLASSES = ${JSON.stringify(classes)}`,
  );
}

/** What the analyzer's role may do ("SageMaker Roles: CreateProcessingJob"). */
function analyzerStatements(
  bucket: PrivateBucket,
  endpointName: pulumi.Output<string>,
): readonly Statement[] {
  const { statistics, constraints, preprocessor, reports } = MANAGED_SCHEDULE_KEYS;
  const captures = endpointName.apply((name) => `${capturePrefixOf(name)}*`);
  return [
    { actions: ["s3:ListBucket"], resources: [bucket.arn] },
    {
      actions: ["s3:GetObject"],
      resources: [captures, statistics, constraints, preprocessor].map(
        (key) => pulumi.interpolate`${bucket.arn}/${key}`,
      ),
    },
    { actions: ["s3:PutObject"], resources: [pulumi.interpolate`${bucket.arn}/${reports}/*`] },
    bucket.key.read(),
    bucket.key.writeBySageMaker(),
    bucket.key.grantToServices(),
    ...containerStatements("/aws/sagemaker/ProcessingJobs", REPOSITORY),
  ];
}
