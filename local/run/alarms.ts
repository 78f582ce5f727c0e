/** The alarms of the local cloud, for whoever looks at a run. */
import type { AlarmResult } from "../../operations/report/report";
import type { Cloud } from "../cloud";
import type { AlarmDefinition, COMPARISONS } from "../cloud/services/cloudWatch/alarms";
import { REHEARSAL } from "./people";

export function alarmResults(
  cloud: Pick<Cloud, "cloudWatch" | "stepFunctions">,
): readonly AlarmResult[] {
  return cloud.cloudWatch.alarms().map((alarm) => {
    const { name, state, description, metric, statistic, comparison, threshold } = alarm;
    const { datapointsToAlarm, periodSeconds } = alarm;
    const periods = datapointsToAlarm === 1 ? "" : `${datapointsToAlarm} times `;
    return {
      ...{ name, state, description },
      condition:
        `${statistic} of ${metric.name} ${SIGNS[comparison]} ${threshold} ` +
        `${periods}in ${periodSeconds} s`,
      values: alarm.datapoints.map((value) => Number(value.toPrecision(3))),
      ...(state === "ALARM" && isRehearsed(alarm, cloud) ? { purpose: REHEARSED } : {}),
    };
  });
}

const REHEARSED = `this run asked for ${REHEARSAL.key} before it was there, to replay a failure`;

/** Whether an alarm is about failed executions, of which there is none but the rehearsed one. */
function isRehearsed(
  { metric: { namespace, name, dimensions } }: AlarmDefinition,
  { stepFunctions }: Pick<Cloud, "stepFunctions">,
): boolean {
  const { StateMachineArn: arn = "" } = dimensions;
  if (namespace !== "AWS/States" || name !== "ExecutionsFailed") {
    return false;
  }
  const failed = stepFunctions.arns.includes(arn)
    ? stepFunctions.executions(arn).filter(({ status }) => status === "FAILED")
    : [];
  return failed.length > 0 && failed.every((execution) => execution.name === REHEARSAL.name);
}

const SIGNS: Readonly<Record<keyof typeof COMPARISONS, string>> = {
  GreaterThanOrEqualToThreshold: "≥",
  GreaterThanThreshold: ">",
  LessThanThreshold: "<",
  LessThanOrEqualToThreshold: "≤",
};
