/** The alarms of the local cloud, for whoever looks at a run. */
import type { AlarmResult } from "../../operations/report/report";
import type { Cloud } from "../cloud";
import type { COMPARISONS } from "../cloud/services/cloudWatch/alarms";

export function alarmResults(cloud: Cloud): readonly AlarmResult[] {
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
    };
  });
}

const SIGNS: Readonly<Record<keyof typeof COMPARISONS, string>> = {
  GreaterThanOrEqualToThreshold: "≥",
  GreaterThanThreshold: ">",
  LessThanThreshold: "<",
  LessThanOrEqualToThreshold: "≤",
};
