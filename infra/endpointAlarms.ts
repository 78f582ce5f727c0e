import * as pulumi from "@pulumi/pulumi";
import { VARIANT_NAME } from "../contract/inference";
import { metricAlarms, type AlarmArgs } from "./metricAlarm";
import type { NotificationTopic } from "./notificationTopic";

export interface EndpointAlarmsArgs {
  readonly endpointName: pulumi.Input<string>;
  readonly topic: NotificationTopic;
  /** Latency of the model, 95th percentile, that is too much. */
  readonly latencyMilliseconds: number;
}

/** What an update of the endpoint is rolled back for. */
const ROLLBACK = ["server-errors", "model-errors", "latency"] as const;

/**
 * Alarms on the endpoint. They are on its name, which outlives its configurations, so that they
 * are there while an update moves the traffic.
 */
export class EndpointAlarms extends pulumi.ComponentResource {
  /** Names of those that call for going back to the configuration before. */
  readonly rollbackAlarmNames: readonly pulumi.Output<string>[];
  /** How many alarms there are; each costs money. */
  readonly count: number;

  constructor(name: string, args: EndpointAlarmsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("ml-workflow-aws:infra:EndpointAlarms", name, {}, opts);

    const alarms = metricAlarms(name, endpointAlarms(args), args.topic, this);

    this.rollbackAlarmNames = ROLLBACK.map((kind) => alarms[kind].name);
    this.count = Object.keys(alarms).length;
    this.registerOutputs({ rollbackAlarmNames: this.rollbackAlarmNames, count: this.count });
  }
}

/** Metrics from "Metrics for monitoring SageMaker AI with CloudWatch", SageMaker Developer Guide. */
function endpointAlarms({ endpointName, latencyMilliseconds }: EndpointAlarmsArgs) {
  const dimensions = { EndpointName: endpointName, VariantName: VARIANT_NAME };
  const invocations = { namespace: "AWS/SageMaker", dimensions, statistic: "Sum" };
  return {
    "server-errors": {
      ...invocations,
      metricName: "Invocation5XXErrors",
      description: "The endpoint answers with server errors. Look into its log group.",
      threshold: 1,
    },
    "model-errors": {
      ...invocations,
      metricName: "InvocationModelErrors",
      description: "The model's container does not answer properly. Look into its log group.",
      threshold: 1,
    },
    "client-errors": {
      ...invocations,
      metricName: "Invocation4XXErrors",
      description: "The endpoint refuses requests: the workflow sends what the model cannot read.",
      threshold: 1,
    },
    latency: {
      ...invocations,
      metricName: "ModelLatency",
      description: "The model answers too slowly. Add instances, or turn on autoscaling.",
      statistic: "p95",
      // The metric is in microseconds.
      threshold: latencyMilliseconds * 1000,
      minutes: 3,
    },
    disk: {
      namespace: "/aws/sagemaker/Endpoints",
      dimensions,
      metricName: "DiskUtilization",
      description:
        "Data capture stops when the disks are full, and nothing else tells. Check that captures " +
        "reach the bucket; replace the instances if they do not.",
      statistic: "Maximum",
      // The limit in "Capture data from real-time endpoint", SageMaker Developer Guide.
      threshold: 75,
      minutes: 5,
    },
  } as const satisfies Record<string, AlarmArgs>;
}
