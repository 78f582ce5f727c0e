import * as pulumi from "@pulumi/pulumi";
import { VARIANT_NAME } from "../contract/inference";
import { metricAlarm, metricAlarms, type AlarmArgs } from "./metricAlarm";
import type { NotificationTopic } from "./notificationTopic";

export interface EndpointAlarmsArgs {
  readonly endpointName: pulumi.Output<string>;
  /** The configuration that an update moves the endpoint to. */
  readonly configurationName: pulumi.Output<string>;
  readonly topic: NotificationTopic;
  /** Latency of the model, 95th percentile, that is too much. */
  readonly latencyMilliseconds: number;
}

/** What an update of the endpoint is rolled back for. */
const ROLLBACK = ["server-errors", "model-errors", "latency"] as const;

/**
 * Alarms on the endpoint, of two sorts. Those that call somebody watch the whole endpoint, whatever
 * it serves with. Those that roll an update back watch the fleet of the new configuration alone:
 * an old fleet that already errs must not veto its own repair ("If your old fleet trips the alarm",
 * Auto-Rollback Configuration and Monitoring, SageMaker Developer Guide, which gives the dimension
 * `EndpointConfigName` for one fleet). They tell nobody, for the endpoint's own alarms do.
 */
export class EndpointAlarms extends pulumi.ComponentResource {
  /** Names of those that call for going back to the configuration before. */
  readonly rollbackAlarmNames: readonly pulumi.Output<string>[];
  /** How many alarms there are; each costs money. */
  readonly count: number;

  constructor(name: string, args: EndpointAlarmsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("ml-workflow-aws:infra:EndpointAlarms", name, {}, opts);
    const { endpointName, configurationName, topic } = args;

    const kinds = alarmsByKind(args);
    const calling = metricAlarms(name, kinds, { topic, parent: this });
    const rollback = ROLLBACK.map((kind) => {
      const { dimensions, ...alarm } = kinds[kind];
      return metricAlarm(
        `${name}-update-${kind}`,
        {
          ...alarm,
          // The endpoint is updated when one of its alarms has another name.
          name: pulumi.interpolate`${endpointName}-update-${kind}`,
          description: "Rolls an update back: " + alarm.description,
          dimensions: { ...dimensions, EndpointConfigName: configurationName },
        },
        { topic: undefined, parent: this },
      );
    });

    this.rollbackAlarmNames = rollback.map((alarm) => alarm.name);
    this.count = Object.keys(calling).length + rollback.length;
    this.registerOutputs({ rollbackAlarmNames: this.rollbackAlarmNames, count: this.count });
  }
}

/** Metrics from "Metrics for monitoring SageMaker AI with CloudWatch", SageMaker Developer Guide. */
function alarmsByKind({ endpointName, latencyMilliseconds }: EndpointAlarmsArgs) {
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
