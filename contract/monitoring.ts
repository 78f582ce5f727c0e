/** What is measured of the live system, and what it is compared with. */

/** Where the drift baseline is, inside the inference bucket. */
export const DRIFT_BASELINE_KEY = "monitoring/baseline.json";

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
}

/** Distribution of one feature: the histogram has equal bins from 0 to 1. */
export interface FeatureBaseline {
  readonly mean: number;
  readonly standardDeviation: number;
  readonly histogram: readonly number[];
}

/** What deployment found on held-out images, and live traffic is compared with. */
export interface DriftBaseline {
  readonly version: 1;
  /** Images behind all the figures. */
  readonly images: number;
  /** Share of the predictions by class name. */
  readonly classMix: Readonly<Record<string, number>>;
  /** Counts of the highest probability, in equal bins from 0 to 1. */
  readonly confidenceHistogram: readonly number[];
  readonly features: Readonly<Record<keyof ImageFeatures, FeatureBaseline>>;
}
