/** Metrics as CloudWatch keeps them: by namespace, name and dimensions, minute by minute. */

/** What a value is one of. */
export interface Metric {
  readonly namespace: string;
  readonly name: string;
  /** Another set of dimensions is another metric. */
  readonly dimensions: Readonly<Record<string, string>>;
}

/** One value that somebody has measured, in the metric's own unit. */
export interface Datum extends Metric {
  readonly value: number;
}

/** Takes what is measured. */
export type Publish = (...data: readonly Datum[]) => void;

/** `Sum` and the like, or a percentile: `p95`, `p99.9`. */
export const STATISTIC = /^(SampleCount|Sum|Average|Minimum|Maximum|p\d{1,2}(\.\d+)?|p100)$/;

const MINUTE = 60_000;

/**
 * How long values are kept: as long as an alarm looks back at most whose periods are shorter than an
 * hour ("PutMetricAlarm", CloudWatch API Reference). With longer ones it may look back a week.
 */
const KEPT_MINUTES = 24 * 60;

/** The values of one minute. */
interface Values {
  sum: number;
  /** How often each value has come, with three digits of it, so that memory does not grow with them. */
  readonly counts: Map<number, number>;
}

export class Metrics {
  /** By the metric's key, then by the minute since 1970. */
  private readonly series = new Map<string, Map<number, Values>>();

  /**
   * @param at milliseconds since 1970
   * @returns the metric's key, as {@link keyOf} has it
   */
  put(datum: Datum, at: number): string {
    const key = keyOf(datum);
    const minutes = this.series.get(key) ?? new Map<number, Values>();
    this.series.set(key, minutes);
    const minute = Math.floor(at / MINUTE);
    const values = minutes.get(minute) ?? { sum: 0, counts: new Map<number, number>() };
    if (!minutes.has(minute)) {
      minutes.set(minute, values);
      forgetBefore(minute - KEPT_MINUTES, minutes);
    }
    const { value } = datum;
    const rounded = Number(value.toPrecision(3));
    values.sum += value;
    values.counts.set(rounded, (values.counts.get(rounded) ?? 0) + 1);
    return key;
  }

  /**
   * @param from milliseconds since 1970, at the beginning of a minute
   * @param statistic one that {@link STATISTIC} admits
   * @returns the statistic of what came in that time; nothing if nothing came
   */
  statistic(metric: Metric, statistic: string, from: number, seconds: number): number | undefined {
    const minutes = this.series.get(keyOf(metric));
    const counts = new Map<number, number>();
    let [sum, count] = [0, 0];
    for (let at = from; at < from + seconds * 1000; at += MINUTE) {
      const values = minutes?.get(at / MINUTE);
      sum += values?.sum ?? 0;
      for (const [value, times] of values?.counts ?? []) {
        counts.set(value, (counts.get(value) ?? 0) + times);
        count += times;
      }
    }
    if (count === 0) {
      return undefined;
    }
    switch (statistic) {
      case "SampleCount":
        return count;
      case "Sum":
        return sum;
      case "Average":
        return sum / count;
      case "Minimum":
        return Math.min(...counts.keys());
      case "Maximum":
        return Math.max(...counts.keys());
      default:
        return percentileOf(counts, (Number(statistic.slice(1)) / 100) * count);
    }
  }
}

/**
 * The same text for the same metric, in whatever order its dimensions are told. Neither names nor values
 * have characters that control ("PutMetricData", CloudWatch API Reference), so these keep them apart.
 */
export function keyOf({ namespace, name, dimensions }: Metric): string {
  let key = `${namespace}\n${name}`;
  for (const dimension of Object.keys(dimensions).sort()) {
    key += `\n${dimension}\t${dimensions[dimension] ?? ""}`;
  }
  return key;
}

/** The least value with so many values up to it. */
function percentileOf(counts: ReadonlyMap<number, number>, rank: number): number | undefined {
  const sorted = [...counts].sort(([one], [other]) => one - other);
  let before = 0;
  return sorted.find(([, times]) => (before += times) >= rank)?.[0];
}

function forgetBefore(oldest: number, minutes: Map<number, Values>): void {
  for (const minute of minutes.keys()) {
    if (minute >= oldest) {
      return;
    }
    minutes.delete(minute);
  }
}
