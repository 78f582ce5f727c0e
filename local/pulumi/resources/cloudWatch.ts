import { z } from "zod";
import type { Cloud } from "../../cloud";
import { COMPARISONS, MISSING_DATA } from "../../cloud/services/cloudWatch/alarms";
import { STATISTIC } from "../../cloud/services/cloudWatch/metrics";
import { handler, type ResourceHandler } from "./handler";

const topics = z.array(z.string()).default([]);
const count = z.int().min(1);

/**
 * An alarm on one metric with a fixed threshold ("PutMetricAlarm", CloudWatch API Reference). No
 * looser: metric math and bands of anomaly are not evaluated here, and to keep them quietly would
 * leave an alarm that never goes off.
 */
const metricAlarm = z
  .strictObject({
    name: z.string().optional(),
    alarmDescription: z.string().default(""),
    namespace: z.string(),
    metricName: z.string(),
    dimensions: z.record(z.string(), z.string()).default({}),
    statistic: z.string().regex(STATISTIC).optional(),
    extendedStatistic: z.string().regex(STATISTIC).optional(),
    comparisonOperator: z.enum(
      Object.keys(COMPARISONS) as [keyof typeof COMPARISONS, ...(keyof typeof COMPARISONS)[]],
    ),
    threshold: z.number(),
    period: count.multipleOf(60),
    evaluationPeriods: count,
    datapointsToAlarm: count.optional(),
    treatMissingData: z.enum(MISSING_DATA).default("missing"),
    alarmActions: topics,
    okActions: topics,
    insufficientDataActions: topics,
    actionsEnabled: z.boolean().default(true),
    tags: z.unknown().optional(),
    tagsAll: z.unknown().optional(),
  })
  .refine(({ period, evaluationPeriods }) => period * evaluationPeriods <= 86_400, {
    error: "values are kept for a day here: `period` times `evaluationPeriods` is more",
  })
  .refine(
    ({ statistic, extendedStatistic }) =>
      (statistic === undefined) !== (extendedStatistic === undefined),
    {
      error: "give one of `statistic` and `extendedStatistic`",
    },
  );

export const cloudWatchHandlers: Readonly<Record<string, ResourceHandler>> = {
  "aws:cloudwatch/metricAlarm:MetricAlarm": handler(metricAlarm, {
    create: (inputs, { cloud, physicalName }) => {
      const name = inputs.name ?? physicalName;
      return { id: name, name, arn: putAlarm(name, inputs, cloud) };
    },
    update: (name, inputs, { cloud }) => {
      putAlarm(name, inputs, cloud);
    },
    delete: (name, _inputs, { cloud }) => {
      cloud.cloudWatch.deleteAlarm(name);
    },
  }),
};

/** @returns the alarm's ARN */
function putAlarm(name: string, inputs: z.infer<typeof metricAlarm>, cloud: Cloud): string {
  const { namespace, metricName, dimensions, statistic, extendedStatistic, actionsEnabled } =
    inputs;
  const arn = cloud.arn("cloudwatch", `alarm:${name}`);
  const actions = (arns: readonly string[]) => (actionsEnabled ? arns : []);
  cloud.cloudWatch.putAlarm({
    name,
    arn,
    description: inputs.alarmDescription,
    metric: { namespace, name: metricName, dimensions },
    statistic: statistic ?? extendedStatistic ?? "",
    threshold: inputs.threshold,
    comparison: inputs.comparisonOperator,
    periodSeconds: inputs.period,
    evaluationPeriods: inputs.evaluationPeriods,
    datapointsToAlarm: inputs.datapointsToAlarm ?? inputs.evaluationPeriods,
    missingData: inputs.treatMissingData,
    actions: {
      ALARM: actions(inputs.alarmActions),
      OK: actions(inputs.okActions),
      INSUFFICIENT_DATA: actions(inputs.insufficientDataActions),
    },
  });
  return arn;
}
