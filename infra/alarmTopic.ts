import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

export interface AlarmTopicArgs {
  /** Who is told; nobody if it is absent, and the topic can be subscribed to by other means. */
  readonly email: string | undefined;
}

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

/** The topic that all alarms of the stack are published on. */
export class AlarmTopic extends pulumi.ComponentResource {
  readonly arn: pulumi.Output<string>;
  private alarms = 0;

  constructor(name: string, args: AlarmTopicArgs, opts?: pulumi.ComponentResourceOptions) {
    super("ml-workflow-aws:infra:AlarmTopic", name, {}, opts);

    const topic = new aws.sns.Topic(name, {}, { parent: this });
    if (args.email !== undefined) {
      new aws.sns.TopicSubscription(
        `${name}-email`,
        { topic: topic.arn, protocol: "email", endpoint: args.email },
        { parent: this },
      );
    }

    this.arn = topic.arn;
    this.registerOutputs({ arn: this.arn });
  }

  /** Alarms made so far. */
  get count(): number {
    return this.alarms;
  }

  /** Makes an alarm that is published here, as part of `parent`. A missing metric is no alarm. */
  alarm(name: string, args: AlarmArgs, parent: pulumi.Resource): aws.cloudwatch.MetricAlarm {
    const { description, namespace, metricName, dimensions, statistic, threshold } = args;
    const { minutes = 1 } = args;
    this.alarms += 1;
    return new aws.cloudwatch.MetricAlarm(
      name,
      {
        alarmDescription: description,
        namespace,
        metricName,
        dimensions,
        ...(statistic.startsWith("p") ? { extendedStatistic: statistic } : { statistic }),
        comparisonOperator: "GreaterThanOrEqualToThreshold",
        threshold,
        period: 60,
        evaluationPeriods: minutes,
        treatMissingData: "notBreaching",
        alarmActions: [this.arn],
        okActions: [this.arn],
      },
      { parent },
    );
  }
}
