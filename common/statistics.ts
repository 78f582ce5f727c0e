/** The few statistics by which a classifier and its inputs are judged. */

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** Location and spread of a quantity. */
export interface Spread {
  readonly mean: number;
  readonly standardDeviation: number;
}

/** The normal distribution's 97.5% quantile: two of its tails leave 95% between them. */
const Z_95 = 1.959964;

/**
 * The interval that holds a proportion with 95% confidence, after Wilson (1927): unlike the usual
 * one it stays within 0 and 1, and is not empty when every trial succeeds.
 */
export function wilsonInterval(successes: number, trials: number): Interval {
  if (trials === 0) {
    return { low: 0, high: 1 };
  }
  const share = successes / trials;
  const square = Z_95 ** 2;
  const centre = share + square / (2 * trials);
  const margin = Z_95 * Math.sqrt((share * (1 - share)) / trials + square / (4 * trials ** 2));
  const scale = 1 + square / trials;
  return {
    low: Math.max(0, (centre - margin) / scale),
    high: Math.min(1, (centre + margin) / scale),
  };
}

/** The smallest value that is not exceeded by that share (0 to 1) of the values; NaN of none. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

/** Mean and standard deviation of all the values there are (not of a sample); NaN of none. */
export function spread(values: readonly number[]): Spread {
  const mean = sum(values) / values.length;
  const variance = sum(values.map((value) => (value - mean) ** 2)) / values.length;
  return { mean, standardDeviation: Math.sqrt(variance) };
}

/** How many of the values, each 0 to 1, fall into each of `bins` equal bins; 1 is in the last. */
export function histogram(values: readonly number[], bins: number): readonly number[] {
  const counts = new Array<number>(bins).fill(0);
  for (const value of values) {
    const bin = Math.min(Math.floor(value * bins), bins - 1);
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  return counts;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
