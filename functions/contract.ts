/**
 * The contract between `infra`, `functions`, `etl` and `local`: every name that two of them must
 * agree on is written here and nowhere else. This module imports nothing and runs anywhere.
 */

/** CIFAR-100 fine labels the classifier is built for unless the stack's config says otherwise. */
export const DEFAULT_CLASSES = ["bicycle", "motorcycle", "pickup_truck"] as const;

/** Where data capture goes, inside the inference bucket. */
export const CAPTURE_PREFIX = "Project_2_Extended/data_capture";

/** Names that SageMaker takes for an endpoint ("CreateEndpoint", SageMaker API reference). */
export const ENDPOINT_NAME_PATTERN = /^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$/;

/** The one production variant of the endpoint; SageMaker invents a random name if none is given. */
export const VARIANT_NAME = "AllTraffic";

/** Keys in the dataset bucket. Prefixes end in `/`, so that `train/` does not also match `train.lst`. */
export const DATASET_KEYS = {
  train: "train/",
  validation: "validation/",
  test: "test/",
  trainList: "train.lst",
  validationList: "validation.lst",
  testList: "test.lst",
  /** Written last: a reader that finds it finds the whole dataset. */
  manifest: "manifest.json",
  models: "models/",
} as const;

/** Prefixes in the inference bucket. */
export const INFERENCE_PREFIXES = {
  incoming: "incoming/",
  accepted: "accepted/",
  review: "review/",
  failed: "failed/",
} as const;

/** Where the drift baseline is, inside the inference bucket. */
export const DRIFT_BASELINE_KEY = "monitoring/baseline.json";

/** Starts the inference ids of requests that deployment itself made: no live traffic. */
export const PARITY_INFERENCE_PREFIX = "parity-";

/** Environment variables of the Lambda functions: set by `infra`, read by `functions`. */
export const ENVIRONMENT = {
  classNames: "CLASS_NAMES",
  confidenceThreshold: "CONFIDENCE_THRESHOLD",
  endpointName: "ENDPOINT_NAME",
  imageShape: "IMAGE_SHAPE",
  maxPixels: "MAX_PIXELS",
} as const;

/** Error names thrown by the Lambda functions: Step Functions matches errors by name. */
export const ERRORS = {
  /** The event does not have the shape below. */
  invalidEvent: "InvalidEventError",
  /** An environment variable is missing or malformed. */
  invalidEnvironment: "InvalidEnvironmentError",
  /** The object named by the event does not exist. */
  imageNotFound: "ImageNotFoundError",
  /** The object is empty, or no image in a format that can be decoded. */
  unreadableImage: "UnreadableImageError",
  /** The image has more pixels, or the object more bytes, than we are willing to decode. */
  imageTooLarge: "ImageTooLargeError",
  /** The endpoint is throttling, not ready or failing: trying again may help. */
  endpointUnavailable: "EndpointUnavailableError",
  /** The model's container refused this very request: trying again does not help. */
  modelRejectedInput: "ModelRejectedInputError",
  /** The endpoint's answer is not one probability per class. */
  malformedInference: "MalformedInferenceError",
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

/** Error with which every execution fails while the endpoint is switched off. */
export const ENDPOINT_DISABLED = "EndpointDisabled";

/** An object in S3. What an execution of the state machine starts with. */
export interface ImageReference {
  readonly bucket: string;
  /** Plain, not URL-encoded, as EventBridge delivers it. */
  readonly key: string;
}

/** What the serialize step hands to the classify step. */
export interface SerializedImage {
  readonly image: ImageReference;
  /** Base64 of a PNG in the model's image shape. */
  readonly imageData: string;
}

/** What the classify step hands to the filter step. */
export interface Inference {
  readonly image: ImageReference;
  /** Joins this inference with its captured record (1 to 64 characters). */
  readonly inferenceId: string;
  /** One probability per class, in label order. */
  readonly scores: readonly number[];
}

/** What an execution ends with. Below the threshold it is `review`, which is no error. */
export interface Verdict {
  readonly image: ImageReference;
  readonly inferenceId: string;
  readonly verdict: "accepted" | "review";
  /** The most probable class. */
  readonly label: string;
  /** Its probability, 0 to 1. */
  readonly confidence: number;
  readonly threshold: number;
  /** Probability by class name. */
  readonly scores: Readonly<Record<string, number>>;
}

/** Splits of the dataset, in the order in which they are reported. */
export const SPLITS = ["train", "validation", "test"] as const;
export type Split = (typeof SPLITS)[number];

/** What the ETL prints on standard output with `--json`, and what the training job is made from. */
export interface DatasetSummary {
  /** Class names; the index is the label. */
  readonly classes: readonly string[];
  /** Images per split. */
  readonly counts: Readonly<Record<Split, number>>;
  /** Images per split and class. */
  readonly perClass: Readonly<Record<Split, Readonly<Record<string, number>>>>;
  /** SHA-256 over all files of the dataset, as in its manifest. */
  readonly digest: string;
}

/** What the training gate prints on standard output, and what the model is made from. */
export interface TrainingResult {
  readonly trainingJobName: string;
  /** `s3://` URI of `model.tar.gz`. */
  readonly modelDataUrl: string;
  /** Final metrics by name, for example `validation:accuracy`. */
  readonly metrics: Readonly<Record<string, number>>;
  readonly billableSeconds: number;
}

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
