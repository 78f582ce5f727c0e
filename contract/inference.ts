/**
 * How an image is classified: where uploads, verdicts and captures are, and what passes between
 * the steps.
 */

/** Where data capture goes, inside the inference bucket. */
export const CAPTURE_PREFIX = "Project_2_Extended/data_capture";

/**
 * Names that SageMaker takes for an endpoint ("CreateEndpoint", SageMaker API reference): the page's
 * pattern does not count hyphens, its length of 63 does.
 */
export const ENDPOINT_NAME_PATTERN = /^(?=.{1,63}$)[a-zA-Z0-9](-*[a-zA-Z0-9])*$/;

/** The one production variant of the endpoint; SageMaker invents a random name if none is given. */
export const VARIANT_NAME = "AllTraffic";

/** Where an endpoint's captures are, in the inference bucket; below it they are filed by hour. */
export function capturePrefixOf(endpointName: string): string {
  return `${CAPTURE_PREFIX}/${endpointName}/${VARIANT_NAME}/`;
}

/**
 * Prefixes in the inference bucket. A record is under its verdict's prefix, by key and version of
 * the image; a claim says which execution has taken a version. Under `batches/` are images that are
 * classified many at a time, and manifests; what became of them is under `results/`, by execution.
 * Of a review, what is `waiting` has the task's token until it ends; the first of its `answers`
 * decides, be it a person's or the time-out's; its end is kept among `labels` or `undecided`. What
 * the drift monitor found is under `windows`, by time.
 */
export const INFERENCE_PREFIXES = {
  incoming: "incoming/",
  accepted: "accepted/",
  review: "review/",
  failed: "failed/",
  claims: "claims/",
  batches: "batches/",
  results: "results/",
  waiting: "waiting/",
  answers: "answers/",
  labels: "labels/",
  undecided: "undecided/",
  windows: "monitoring/windows/",
} as const;

/** Where images may be. */
export const IMAGE_PREFIXES = [INFERENCE_PREFIXES.incoming, INFERENCE_PREFIXES.batches] as const;

/** Ends the key of a list of images that `npm run classify` has left under `batches/`: no image. */
export const MANIFEST_END = ".manifest.jsonl";

/** Starts the inference ids of requests that deployment itself made: no live traffic. */
export const PARITY_INFERENCE_PREFIX = "parity-";

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

/** Error of a request for all images under a prefix under which there are none of ours. */
export const PREFIX_REFUSED = "PrefixRefused";

/** Error of a batch of which more than half of the images failed: something is wrong with all. */
export const BATCH_FAILED = "BatchFailed";

/** Another execution reviews this picture: an event that was delivered again. */
export const REVIEW_CLAIMED = "ReviewClaimedError";

/** Error with which every execution fails while the endpoint is switched off. */
export const ENDPOINT_DISABLED = "EndpointDisabled";

/** One version of an object in S3: one upload. */
export interface ImageReference {
  readonly bucket: string;
  /** Plain, not URL-encoded, as EventBridge delivers it. */
  readonly key: string;
  readonly versionId: string;
}

/** Names an object whose current version is meant: what a person starts an execution with. */
export type ImageRequest = Omit<ImageReference, "versionId"> & {
  readonly versionId: string | null;
};

/**
 * What starts an execution, besides the event of an upload: one image, a short list of them, all
 * under a prefix, or those that a JSONL file in the inference bucket lists, one
 * {@link ListedImage} a line.
 */
export type ClassificationRequest =
  | ListedImage
  | { readonly images: readonly ListedImage[] }
  | { readonly prefix: string }
  | { readonly manifest: string };

/** An image of a list; without a version its current one is meant. */
export type ListedImage = Omit<ImageReference, "versionId"> &
  Partial<Pick<ImageReference, "versionId">>;

/** What became of one image of many, if there is no verdict on it. */
export interface NoVerdict {
  /** The item as it was given, if it named no image: it failed with `InvalidEventError`. */
  readonly image: unknown;
  /** `claimed`: another execution has this version, and has or will have a verdict on it. */
  readonly verdict: "failed" | "claimed";
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
  /** Key of the object in the inference bucket that keeps this verdict. */
  readonly record: string;
  /** The most probable class. */
  readonly label: string;
  /** Its probability, 0 to 1. */
  readonly confidence: number;
  readonly threshold: number;
  /** Probability by class name. */
  readonly scores: Readonly<Record<string, number>>;
}

/** What the machine of reviews hands to its first step. */
export interface ReviewRequest {
  /** Key of the verdict's record. */
  readonly record: string;
  /** ARN of the execution that wants the review. */
  readonly execution: string;
  /** When it began, in ISO 8601. */
  readonly startedAt: string;
  /** How long it waits. */
  readonly timeoutHours: number;
}

/** What a review begins with, and where it leaves what. */
export interface Review {
  /** 64 hexadecimal digits; of one version of one image. */
  readonly id: string;
  /** Until when it can be answered, in seconds since 1970. */
  readonly deadline: number;
  readonly verdict: Verdict;
  /** Keys in the inference bucket. */
  readonly keys: Readonly<Record<"waiting" | "answer" | "label" | "undecided", string>>;
  /** What reviewers are told. */
  readonly message: string;
}

/** What is under `waiting/`. */
export interface WaitingReview {
  readonly taskToken: string;
  readonly review: Review;
}

/** What a reviewer answers who means none of the classes: CIFAR-100 has no class of that name. */
export const NO_CLASS = "none";

/** What is under `answers/`, and then under `labels/` or `undecided/`. */
export interface Answer {
  readonly image: ImageReference;
  readonly decision: "label" | "none" | "undecided";
  /** The right class; absent unless the decision is one. */
  readonly label?: string;
  /** What the model took it for. */
  readonly verdict: Pick<Verdict, "inferenceId" | "label" | "confidence">;
}
