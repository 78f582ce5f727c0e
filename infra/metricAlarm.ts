import type * as pulumi from "@pulumi/pulumi";
import * as aws from "./aws";
import type { NotificationTopic } from "./notificationTopic";

/** A condition on a CloudWatch metric. */
export interface AlarmArgs {
  /** Its name in CloudWatch; the engine's choice if it is absent. */
  readonly name?: pulumi.Input<string>;
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
  /** Minutes for which it stays after that, for what happens only now and then; none unless given. */
  readonly staysMinutes?: number;
  /** What a missing metric means: no alarm unless given; `ignore` leaves it as it is. */
  readonly missing?: "ignore";
}

/** Where an alarm belongs. */
interface AlarmPlace {
  /** Told when it goes off and when it is over; nobody is if it is absent. */
  readonly topic: NotificationTopic | undefined;
  readonly parent: pulumi.Resource;
}

/** Makes alarms by kind: each is called `name-kind`. */
export function metricAlarms<Kind extends string>(
  name: string,
  alarms: Readonly<Record<Kind, AlarmArgs>>,
  place: AlarmPlace,
): Readonly<Record<Kind, aws.cloudwatch.MetricAlarm>> {
  const made = Object.entries<AlarmArgs>(alarms).map(([kind, args]) => [
    kind,
    metricAlarm(`${name}-${kind}`, args, place),
  ]);
  return Object.fromEntries(made) as Record<Kind, aws.cloudwatch.MetricAlarm>;
}

/** Makes an alarm. */
export function metricAlarm(
  name: string,
  args: AlarmArgs,
  { topic, parent }: AlarmPlace,
): aws.cloudwatch.MetricAlarm {
  const { description, statistic, minutes = 1, staysMinutes = 0, ...others } = args;
  const { missing = "notBreaching", ...metric } = others;
  return new aws.cloudwatch.MetricAlarm(
    name,
    {
      ...metric,
      alarmDescription: description,
      ...(statistic.startsWith("p") ? { extendedStatistic: statistic } : { statistic }),
      comparisonOperator: "GreaterThanOrEqualToThreshold",
      period: 60,
      evaluationPeriods: minutes + staysMinutes,
      ...(staysMinutes > 0 ? { datapointsToAlarm: minutes } : {}),
      treatMissingData: missing,
      ...(topic === undefined ? {} : { alarmActions: [topic.arn], okActions: [topic.arn] }),
    },
    { parent },
  );
}
