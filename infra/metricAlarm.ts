import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { NotificationTopic } from "./notificationTopic";

/** A condition on a CloudWatch metric that somebody is to be told of. */
export interface AlarmArgs {
  /** What has happened and what to do, for whoever is woken by it. */
  readonly description: string;
  readonly namespace: string;
  readonly metricName: string;
  readonly dimensions: Readonly<Record<string, pulumi.Input<string>>>;
  /** `Sum`, `Maximum`, or a percentile such as `p95`. */
  readonly statistic: string;
  /** The alarm goes off when the metric reaches it, in the metric's own unit. */
  readonly threshold: number;
  /** Minutes in a row that it must do so; 1 unless given. */
  readonly minutes?: number;
}

/**
 * Makes alarms that are published on a topic when they go off and when they are over, by kind: each
 * is called `name-kind`. A missing metric is no alarm.
 */
export function metricAlarms<Kind extends string>(
  name: string,
  alarms: Readonly<Record<Kind, AlarmArgs>>,
  topic: NotificationTopic,
  parent: pulumi.Resource,
): Readonly<Record<Kind, aws.cloudwatch.MetricAlarm>> {
  const made = Object.entries<AlarmArgs>(alarms).map(([kind, args]) => [
    kind,
    new aws.cloudwatch.MetricAlarm(
      `${name}-${kind}`,
      { ...alarmInputs(args), alarmActions: [topic.arn], okActions: [topic.arn] },
      { parent },
    ),
  ]);
  return Object.fromEntries(made) as Record<Kind, aws.cloudwatch.MetricAlarm>;
}

function alarmInputs(args: AlarmArgs) {
  const { description, namespace, metricName, dimensions, statistic, threshold } = args;
  return {
    alarmDescription: description,
    namespace,
    metricName,
    dimensions,
    ...(statistic.startsWith("p") ? { extendedStatistic: statistic } : { statistic }),
    comparisonOperator: "GreaterThanOrEqualToThreshold",
    threshold,
    period: 60,
    evaluationPeriods: args.minutes ?? 1,
    treatMissingData: "notBreaching",
  };
}
