/** What is measured of the live system, and what it is compared with. */

import { INFERENCE_PREFIXES } from "./inference";

/** Where the drift baseline is, inside the inference bucket. */
export const DRIFT_BASELINE_KEY = "monitoring/baseline.json";

/**
 * What the managed schedule (SageMaker Model Monitor) works with, inside the inference bucket; its
 * reports are below the last, by schedule and time.
 */
export const MANAGED_SCHEDULE_KEYS = {
  statistics: "monitoring/managed/statistics.json",
  constraints: "monitoring/managed/constraints.json",
  preprocessor: "monitoring/managed/preprocessor.py",
  reports: "monitoring/managed/reports",
} as const;

/** What the functions' logs and metrics are filed under; the namespace is theirs in CloudWatch. */
export const OBSERVABILITY = {
  namespace: "MlWorkflow",
  service: "image-classification",
} as const;

/** Metrics that the functions publish, besides Powertools' own `ColdStart`. */
export const METRICS = {
  imagesSerialized: "ImagesSerialized",
  /** Size of the object that was read, in bytes. */
  bytesRead: "BytesRead",
  /** From the file to the model's PNG, in milliseconds. */
  decodeDuration: "DecodeDuration",
  /** Of answers, not of refusals, in milliseconds. */
  endpointLatency: "EndpointLatency",
  endpointThrottles: "EndpointThrottles",
  /**
   * Probability of the predicted class, 0 to 1. By class too: its number of samples is how often
   * the class is predicted.
   */
  confidence: "Confidence",
  /** 1 or 0 at every verdict, so that the sum counts and the average is the share. */
  accepted: "Accepted",
  review: "Review",
  /** Invocations that threw, by the error's name. */
  failures: "Failures",
  /**
   * How far a window is from the baseline, by measure, as a share of what would be drift: from 1 on
   * it is.
   */
  drift: "Drift",
  /** Pictures in a window. */
  driftImages: "DriftImages",
} as const;

/** Dimensions of these metrics: all have the first two. */
export const METRIC_DIMENSIONS = {
  service: "service",
  /** Physical name of the Lambda function; it tells stacks of one account apart. */
  functionName: "function_name",
  /** Only of the confidence by class. */
  label: "label",
  /** Only of failures. */
  error: "error",
  /** Only of drift. */
  measure: "measure",
} as const;

/** What drift of the inputs shows in; each is 0 to 1. */
export interface ImageFeatures {
  /** Mean luma (ITU-R BT.601). */
  readonly brightness: number;
  /** Standard deviation of the luma. */
  readonly contrast: number;
  /** Mean of each channel. */
  readonly red: number;
  readonly green: number;
  readonly blue: number;
  /** Mean difference of a pixel's strongest and weakest channel: 0 of a grey picture. */
  readonly chroma: number;
  /**
   * Standard deviation of the luma's Laplacian (each pixel against its four neighbours), as a share
   * of the most it can be: low of a blurred picture, high of noise.
   */
  readonly sharpness: number;
}

/** Bins of every histogram in a baseline: equal ones from 0 to 1. */
export const BASELINE_BINS = 100;

/** Distribution of one feature. */
export interface FeatureBaseline {
  readonly mean: number;
  readonly standardDeviation: number;
  readonly histogram: readonly number[];
}

/** What deployment found on held-out images, and live traffic is compared with. */
export interface DriftBaseline {
  readonly version: 2;
  /** Images behind all the figures. */
  readonly images: number;
  /** Share of the predictions by class name. */
  readonly classMix: Readonly<Record<string, number>>;
  /** Counts of the highest probability. */
  readonly confidenceHistogram: readonly number[];
  /** The same, of the images alone that got their true class. */
  readonly correctHistogram: readonly number[];
  readonly features: Readonly<Record<keyof ImageFeatures, FeatureBaseline>>;
}

/** What is compared with the baseline, in the order in which it is told. */
export const DRIFT_MEASURES = [
  "classMix",
  "confidence",
  "belowThreshold",
  "brightness",
  "contrast",
  "red",
  "green",
  "blue",
  "chroma",
  "sharpness",
  "undecodable",
  "volume",
  "accuracy",
] as const;

export type DriftMeasureName = (typeof DRIFT_MEASURES)[number];

/**
 * How two distributions or figures are told apart, and the unit of value and threshold: population
 * stability index, Kolmogorov-Smirnov distance, difference of two shares, a share itself, or how
 * many times more or less there is.
 */
export const DRIFT_STATISTICS = ["psi", "ks", "difference", "share", "ratio"] as const;

export type DriftStatistic = (typeof DRIFT_STATISTICS)[number];

/** What one measure of a window came to. */
export interface DriftMeasure {
  readonly name: DriftMeasureName;
  readonly statistic: DriftStatistic;
  /** How far the window is from the baseline; null where there is too little to tell. */
  readonly value: number | null;
  /** From which value on it is drift, at the sizes of this window and baseline; null as above. */
  readonly threshold: number | null;
  readonly drifted: boolean;
  /** Items of the window that the value is of: pictures, or reviewed pictures. */
  readonly images: number;
  /**
   * The figure itself, in the window and in the baseline: mean, share or count. Null where there is
   * none, and of `classMix`, whose figures are in `classes`.
   */
  readonly figure: number | null;
  readonly baseline: number | null;
  /** Of a share, what holds it with 95% confidence. */
  readonly interval?: { readonly low: number; readonly high: number };
  /** Keys of three pictures that show it, in the inference bucket; none where nothing drifted. */
  readonly examples: readonly string[];
}

/** Longest that captures and records of failures are waited for before a window is judged. */
export const DRIFT_LAG_MINUTES = 30;

/** Lengths that a window may have, in hours. */
export const DRIFT_PERIOD_HOURS = { hour: 1, day: 24 } as const;

/** Where the results of a window are, inside the inference bucket; it ends in a slash. */
export function driftWindowPrefix(from: Date, to: Date): string {
  const compact = (time: Date) => time.toISOString().replace(/[-:]|\.000/g, "");
  return `${INFERENCE_PREFIXES.windows}${compact(from)}-${compact(to)}/`;
}

/** What is there: the window's figures, and what of them is drift. */
export const DRIFT_FILES = {
  statistics: "statistics.json",
  violations: "violations.json",
} as const;

/** What the drift monitor found in one window of time; by the time of the requests. */
export interface DriftWindow {
  readonly version: 1;
  /** In ISO 8601: from here on, and before `to`. */
  readonly from: string;
  readonly to: string;
  /** Captured pictures. */
  readonly images: number;
  /** Pictures that could not be decoded. */
  readonly undecodable: number;
  /**
   * What could not be compared: lines of captures that cannot be read, requests without a picture or
   * an answer, answers of a model with other classes, and damaged records.
   */
  readonly leftOut: number;
  /** Captured pictures by predicted class. */
  readonly classes: Readonly<Record<string, number>>;
  /** All of {@link DRIFT_MEASURES}, in that order. */
  readonly measures: readonly DriftMeasure[];
}
