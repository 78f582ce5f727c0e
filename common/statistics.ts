/**
 * The few statistics by which a classifier and its inputs are judged. Written here because libraries
 * that have the quantile of chi-square bring two hundred packages, or all that they have into the
 * bundle of a function; SciPy judges them in their test.
 */

export interface Interval {
  readonly low: number;
  readonly high: number;
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

/** In which of `bins` equal bins a value from 0 to 1 is; 1 is in the last. */
export function binOf(value: number, bins: number): number {
  return Math.min(Math.floor(value * bins), bins - 1);
}

/**
 * Population stability index of two sets of counts by the same categories: the sum of
 * (p - q) ln(p / q). Half a count is added to each, so that an empty category is no infinity. Where
 * both are samples of the same, it is distributed nearly as chi-square of one degree less than there
 * are categories, times 1/n + 1/m (Yurdakul, "Statistical Properties of Population Stability Index",
 * 2018).
 */
export function populationStability(one: readonly number[], other: readonly number[]): number {
  const [p, q] = [shares(one), shares(other)];
  return sum(
    p.map((share, at) => (share - (q[at] as number)) * Math.log(share / (q[at] as number))),
  );
}

function shares(counts: readonly number[]): readonly number[] {
  const total = sum(counts) + counts.length / 2;
  return counts.map((count) => (count + 0.5) / total);
}

/**
 * Kolmogorov-Smirnov distance of two histograms with the same bins: at most that of the values
 * themselves. NaN if one of them is empty.
 */
export function kolmogorovSmirnov(one: readonly number[], other: readonly number[]): number {
  const [all, allOthers] = [sum(one), sum(other)];
  let [below, othersBelow, most] = [0, 0, 0];
  one.forEach((count, bin) => {
    below += count;
    othersBelow += other[bin] as number;
    most = Math.max(most, Math.abs(below / all - othersBelow / allOthers));
  });
  return all === 0 || allOthers === 0 ? Number.NaN : most;
}

/**
 * The distance that two samples of the same distribution exceed with at most that probability
 * (Smirnov's limit, which is on the safe side where values are binned).
 */
export function kolmogorovSmirnovQuantile(tail: number, n: number, m: number): number {
  return Math.sqrt((-Math.log(tail / 2) / 2) * (1 / n + 1 / m));
}

/** How many standard deviations a normal quantity is off, either way, with that probability. */
export function normalQuantile(tail: number): number {
  return Math.sqrt(chiSquareQuantile(tail, 1));
}

/** What chi-square of that many degrees of freedom (1 or more) exceeds with that probability. */
export function chiSquareQuantile(tail: number, degrees: number): number {
  let [low, high] = [0, 1];
  while (chiSquareTail(high, degrees) > tail) {
    [low, high] = [high, 2 * high];
  }
  // Each turn halves what is left.
  for (let turn = 0; turn < 50; turn++) {
    const middle = (low + high) / 2;
    [low, high] = chiSquareTail(middle, degrees) > tail ? [middle, high] : [low, middle];
  }
  return high;
}

/** Abramowitz and Stegun, "Handbook of Mathematical Functions", 26.4.4 and 26.4.5. */
function chiSquareTail(value: number, degrees: number): number {
  const half = value / 2;
  let [tail, order] = degrees % 2 === 0 ? [0, 0] : [complementaryError(Math.sqrt(half)), 0.5];
  let term = degrees % 2 === 0 ? 1 : Math.sqrt(half) / (Math.sqrt(Math.PI) / 2);
  for (; order < degrees / 2; order++) {
    tail += Math.exp(-half) * term;
    term *= half / (order + 1);
  }
  return tail;
}

/** 1 - erf for 0 and more, to seven digits ("Numerical Recipes", section 6.2, `erfcc`). */
function complementaryError(value: number): number {
  const t = 1 / (1 + value / 2);
  const exponent = ERROR_COEFFICIENTS.reduceRight((series, factor) => series * t + factor, 0);
  return t * Math.exp(exponent - value * value);
}

const ERROR_COEFFICIENTS = [
  -1.26551223, 1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398, 1.48851587,
  -0.82215223, 0.17087277,
];

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** A prediction whose truth is known. */
export interface Prediction {
  /** Probability that the model gave to the class it chose, 0 to 1. */
  readonly confidence: number;
  readonly isRight: boolean;
}

/** Predictions of about the same confidence. */
export interface CalibrationBin {
  /** From here on, and below `to`; the last bin has 1, too. */
  readonly from: number;
  readonly to: number;
  readonly images: number;
  /** Mean of their confidences. */
  readonly confidence: number;
  /** Share of them that is right. */
  readonly accuracy: number;
  /** 95% confidence. */
  readonly interval: Interval;
}

/** How far confidences can be taken for what they say they are: chances to be right. */
export interface Calibration {
  /**
   * Expected calibration error, 0 to 1: how far confidence and accuracy are apart in a bin, on the
   * average of the predictions (Naeini, Cooper and Hauskrecht, 2015; Guo et al., 2017).
   */
  readonly error: number;
  /** Those that have predictions, in ascending order. */
  readonly bins: readonly CalibrationBin[];
}

/** Of so many equal bins from 0 to 1; the error of no predictions is 0. */
export function calibration(predictions: readonly Prediction[], bins = 10): Calibration {
  const filled = Array.from({ length: bins }, (_, bin) => {
    const inside = predictions.filter(({ confidence }) => binOf(confidence, bins) === bin);
    const right = inside.filter(({ isRight }) => isRight).length;
    return {
      from: bin / bins,
      to: (bin + 1) / bins,
      images: inside.length,
      confidence: sum(inside.map(({ confidence }) => confidence)) / inside.length,
      accuracy: right / inside.length,
      interval: wilsonInterval(right, inside.length),
    };
  }).filter(({ images }) => images > 0);
  const gaps = filled.map(
    ({ images, confidence, accuracy }) => images * Math.abs(confidence - accuracy),
  );
  return { error: sum(gaps) / Math.max(1, predictions.length), bins: filled };
}
