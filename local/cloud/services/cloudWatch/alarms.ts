/** How an alarm on a metric decides ("Alarm evaluation", Amazon CloudWatch User Guide). */
import type { Metric } from "./metrics";

export type AlarmState = "OK" | "ALARM" | "INSUFFICIENT_DATA";

/** The comparisons of a metric alarm with one threshold. */
export const COMPARISONS = {
  GreaterThanOrEqualToThreshold: (value: number, threshold: number) => value >= threshold,
  GreaterThanThreshold: (value: number, threshold: number) => value > threshold,
  LessThanThreshold: (value: number, threshold: number) => value < threshold,
  LessThanOrEqualToThreshold: (value: number, threshold: number) => value <= threshold,
} as const;

/** What a missing value is taken for. */
export const MISSING_DATA = ["missing", "ignore", "breaching", "notBreaching"] as const;

export interface AlarmDefinition {
  readonly name: string;
  readonly arn: string;
  readonly description: string;
  readonly metric: Metric;
  readonly statistic: string;
  readonly threshold: number;
  readonly comparison: keyof typeof COMPARISONS;
  readonly periodSeconds: number;
  /** How many periods are looked at. */
  readonly evaluationPeriods: number;
  /** How many of these must be on the wrong side of the threshold. */
  readonly datapointsToAlarm: number;
  readonly missingData: (typeof MISSING_DATA)[number];
  /** ARNs of topics that are told of each state. */
  readonly actions: Readonly<Record<AlarmState, readonly string[]>>;
}

/**
 * Periods that are looked at besides those that count, so that values which come late, or not in every
 * period, still decide. The guide's examples have two; how many there are is not told.
 */
const SPARE_PERIODS = 2;

/** How many of the newest periods an alarm looks at. */
export function rangeOf({ evaluationPeriods }: Pick<AlarmDefinition, "evaluationPeriods">): number {
  return evaluationPeriods + SPARE_PERIODS;
}

/**
 * @param datapoints the metric's values over the periods of {@link rangeOf}, oldest first; what is
 *   missing is undefined
 */
export function evaluate(
  alarm: Pick<
    AlarmDefinition,
    "comparison" | "threshold" | "evaluationPeriods" | "datapointsToAlarm" | "missingData"
  >,
  datapoints: readonly (number | undefined)[],
  before: AlarmState,
): AlarmState {
  const { evaluationPeriods, datapointsToAlarm, missingData } = alarm;
  const isBreaching = (value: number) => COMPARISONS[alarm.comparison](value, alarm.threshold);
  const present = datapoints.filter((value) => value !== undefined).slice(-evaluationPeriods);
  const breaching = present.filter(isBreaching).length;
  const missing = evaluationPeriods - present.length;
  const ofEnough = (count: number): AlarmState => (count >= datapointsToAlarm ? "ALARM" : "OK");

  if (missing === 0 || breaching >= datapointsToAlarm) {
    return ofEnough(breaching);
  }
  switch (missingData) {
    case "breaching":
      return ofEnough(breaching + missing);
    case "notBreaching":
      return "OK";
    // Nothing speaks against those that breach, so they go on: with what they were, or to the alarm.
    case "ignore":
      return breaching === present.length ? before : "OK";
    case "missing":
      if (present.length === 0) {
        return "INSUFFICIENT_DATA";
      }
      return breaching === present.length ? "ALARM" : "OK";
  }
}
