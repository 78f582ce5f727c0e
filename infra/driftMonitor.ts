import * as pulumi from "@pulumi/pulumi";
import { ENVIRONMENT } from "../contract/environment";
import { CAPTURE_PREFIX } from "../contract/inference";
import {
  DRIFT_BASELINE_KEY,
  DRIFT_LAG_MINUTES,
  DRIFT_MEASURES,
  METRIC_DIMENSIONS,
  METRICS,
  OBSERVABILITY,
  type DriftMeasureName,
} from "../contract/monitoring";
import { formatNumber } from "../contract/values";
import * as aws from "./aws";
import type { WorkflowConfig } from "./config";
import type { Hosting } from "./hosting";
import { inferenceObjects } from "./inferenceObjects";
import { LambdaFunction } from "./lambdaFunction";
import type { AlarmArgs } from "./metricAlarm";
import { NotificationTopic } from "./notificationTopic";
import type { PrivateBucket } from "./privateBucket";
import type { Placement } from "./privateNetwork";
import { ServiceRole, type Statement } from "./serviceRole";

export interface DriftMonitorArgs {
  /** Has what was captured, and gets what is found. */
  readonly bucket: PrivateBucket;
  readonly hosting: Hosting;
  readonly config: Pick<WorkflowConfig, "monitoring" | "workflow" | "observability">;
  /** Where the function runs; outside of any network of ours if it is absent. */
  readonly placement: Placement | undefined;
}

/** The schedule's cron expressions, in UTC: each so long after its windows end. */
const SCHEDULES: Readonly<Record<WorkflowConfig["monitoring"]["drift"]["period"], string>> = {
  hour: `cron(${DRIFT_LAG_MINUTES} * * * ? *)`,
  day: `cron(${DRIFT_LAG_MINUTES} 0 * * ? *)`,
};

/** How long a run may take, in seconds. */
export const DRIFT_TIMEOUT_SECONDS = 300;

/**
 * Compares what went through the endpoint with what deployment found on held-out images: a schedule
 * starts a function for every hour or day, whose figures are kept in the bucket and are metrics; what
 * drifted is told on a topic of its own. A run that is lost is made up for by the next, which judges the window
 * before its own once more.
 */
export class DriftMonitor extends pulumi.ComponentResource {
  readonly functionName: pulumi.Output<string>;
  /** Conditions on its metrics, by kind. */
  readonly alarms: Readonly<Record<string, AlarmArgs>>;

  constructor(name: string, args: DriftMonitorArgs, opts?: pulumi.ComponentResourceOptions) {
    super("ml-workflow-aws:infra:DriftMonitor", name, {}, opts);
    const { config } = args;
    const child = { parent: this };
    const { period, minImages, limits } = config.monitoring.drift;

    // Not that of the alarms: its messages name uploads, so they are encrypted.
    const topic = new NotificationTopic(
      name,
      { email: config.observability.alarmEmail, key: args.bucket.key },
      child,
    );
    const lambda = new LambdaFunction(
      name,
      {
        source: "monitor-drift",
        environment: {
          [ENVIRONMENT.bucketName]: args.bucket.name,
          [ENVIRONMENT.endpointName]: args.hosting.endpointName,
          [ENVIRONMENT.topicArn]: topic.arn,
          [ENVIRONMENT.confidenceThreshold]: formatNumber(config.workflow.confidenceThreshold),
          [ENVIRONMENT.driftSettings]: JSON.stringify({ period, minImages, limits }),
        },
        statements: monitorStatements(args.bucket, topic),
        // As much as it takes for a whole processor ("Configure Lambda function memory").
        memorySize: 1769,
        timeoutSeconds: DRIFT_TIMEOUT_SECONDS,
        logRetentionDays: config.observability.logRetentionDays,
        placement: args.placement,
      },
      child,
    );
    const group = new aws.scheduler.ScheduleGroup(name, {}, child);
    const role = new ServiceRole(
      `${name}-schedule-role`,
      {
        service: "scheduler.amazonaws.com",
        statements: [{ actions: ["lambda:InvokeFunction"], resources: [lambda.arn] }],
      },
      child,
    );
    new aws.scheduler.Schedule(
      name,
      {
        groupName: group.name,
        scheduleExpression: SCHEDULES[period],
        flexibleTimeWindow: { mode: "OFF" },
        target: {
          arn: lambda.arn,
          roleArn: role.arn,
          // The time for which it was planned, whenever it comes to be.
          input: JSON.stringify({ scheduledTime: "<aws.scheduler.scheduled-time>" }),
          retryPolicy: { maximumRetryAttempts: 10, maximumEventAgeInSeconds: 3600 },
        },
      },
      child,
    );

    this.functionName = lambda.name;
    this.alarms = driftAlarms(lambda.name, group.name);
    this.registerOutputs({ functionName: this.functionName, alarms: this.alarms });
  }
}

function monitorStatements(bucket: PrivateBucket, topic: NotificationTopic): readonly Statement[] {
  return [
    {
      actions: ["s3:GetObject"],
      resources: [
        pulumi.interpolate`${bucket.arn}/${CAPTURE_PREFIX}/*`,
        pulumi.interpolate`${bucket.arn}/${DRIFT_BASELINE_KEY}`,
        ...inferenceObjects(bucket, "failed", "labels", "windows"),
      ],
    },
    { actions: ["s3:ListBucket"], resources: [bucket.arn] },
    { actions: ["s3:PutObject"], resources: inferenceObjects(bucket, "windows") },
    bucket.key.read(),
    bucket.key.write(),
    { actions: ["sns:Publish"], resources: [topic.arn] },
    bucket.key.publish(),
  ];
}

/** What each measure says when it drifts, and where to look. */
const DESCRIPTIONS: Readonly<Record<DriftMeasureName, string>> = {
  classMix: "The classes are predicted in another mix than on the held-out images.",
  confidence: "The model is sure of its answers in another way than on the held-out images.",
  belowThreshold: "Another share of the answers is below the threshold than on held-out images.",
  brightness: "Pictures are brighter or darker than the held-out images.",
  contrast: "Pictures have more or less contrast than the held-out images.",
  red: "Pictures have more or less red than the held-out images.",
  green: "Pictures have more or less green than the held-out images.",
  blue: "Pictures have more or less blue than the held-out images.",
  chroma: "Pictures are more or less colourful than the held-out images.",
  sharpness: "Pictures are sharper, noisier or more blurred than the held-out images.",
  undecodable: "Many uploads are no pictures that can be decoded. Their records are under failed/.",
  volume: "Many more or fewer pictures come than at this time of the days before.",
  accuracy: "Reviewers correct the model more often than its mistakes on held-out images explain.",
};

function driftAlarms(
  functionName: pulumi.Output<string>,
  groupName: pulumi.Output<string>,
): Readonly<Record<string, AlarmArgs>> {
  const measures = DRIFT_MEASURES.map((measure): [string, AlarmArgs] => [
    `drift-${measure}`,
    {
      namespace: OBSERVABILITY.namespace,
      metricName: METRICS.drift,
      dimensions: {
        [METRIC_DIMENSIONS.service]: OBSERVABILITY.service,
        [METRIC_DIMENSIONS.functionName]: functionName,
        [METRIC_DIMENSIONS.measure]: measure,
      },
      statistic: "Maximum",
      threshold: 1,
      // Once in an hour or a day there is a value: until then the last one stands.
      missing: "ignore",
      description: `${DESCRIPTIONS[measure]} See docs/monitoring.md.`,
    },
  ]);
  return {
    ...Object.fromEntries(measures),
    "drift-monitor-errors": {
      namespace: "AWS/Lambda",
      metricName: "Errors",
      dimensions: { FunctionName: functionName },
      statistic: "Sum",
      threshold: 1,
      description: "The drift monitor fails. Its log group tells why.",
    },
    // "Monitoring Amazon EventBridge Scheduler with Amazon CloudWatch", EventBridge Scheduler guide.
    "drift-monitor-dropped": {
      namespace: "AWS/Scheduler",
      metricName: "InvocationDroppedCount",
      dimensions: { ScheduleGroup: groupName },
      statistic: "Sum",
      threshold: 1,
      description: "A run of the drift monitor was given up. The next one judges its window too.",
    },
  };
}
