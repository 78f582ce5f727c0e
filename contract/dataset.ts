/** The dataset, as the ETL writes it and everybody else reads it. */

/** CIFAR-100 fine labels the classifier is built for unless the stack's config says otherwise. */
export const DEFAULT_CLASSES = ["bicycle", "motorcycle", "pickup_truck"] as const;

/** Keys in the dataset bucket. Prefixes end in `/`, so that `train/` does not also match `train.lst`. */
export const DATASET_KEYS = {
  train: "train/",
  validation: "validation/",
  test: "test/",
  trainList: "train.lst",
  validationList: "validation.lst",
  testList: "test.lst",
  trainRecords: "train.rec",
  validationRecords: "validation.rec",
  testRecords: "test.rec",
  /** Written last: a reader that finds it finds the whole dataset. */
  manifest: "manifest.json",
  models: "models/",
  /** Of training on spare capacity, a folder per job. */
  checkpoints: "checkpoints/",
} as const;

/** Splits of the dataset, in the order in which they are reported. */
export const SPLITS = ["train", "validation", "test"] as const;
export type Split = (typeof SPLITS)[number];

/** `image`: one PNG per image and `.lst` files; `recordio`: one `.rec` and `.idx` per split. */
export const DATASET_FORMATS = ["image", "recordio", "both"] as const;
export type DatasetFormat = (typeof DATASET_FORMATS)[number];

/** Size of an image in pixels, in the order in which MXNet has it. */
export type ImageShape = readonly [channels: number, height: number, width: number];

/** Why an answer of a reviewer is no image to train on. */
export const LABEL_REASONS = [
  "noneOfThese",
  "undecided",
  "otherClass",
  "contradictory",
  "repeated",
  "inArchive",
  "missing",
  "unreadable",
] as const;
export type LabelReason = (typeof LABEL_REASONS)[number];

/** What became of the reviewers' answers that a dataset was to learn from. */
export interface LabelsSummary {
  /** Where they were, an `s3://` URL or a folder. */
  readonly source: string;
  /** In ISO 8601; answers that were kept later did not count. */
  readonly until?: string | undefined;
  readonly answers: number;
  /** Images that were made of them, all to train on. */
  readonly merged: number;
  /** The other answers. */
  readonly leftOut: Readonly<Partial<Record<LabelReason, number>>>;
  /** SHA-256 over the merged pictures and their classes. */
  readonly digest: string;
}

/** What the ETL prints on standard output with `--json`, and what the training job is made from. */
export interface DatasetSummary {
  /** Class names; the index is the label. */
  readonly classes: readonly string[];
  readonly format: DatasetFormat;
  /** That of every image. */
  readonly imageShape: ImageShape;
  /** Images per split. */
  readonly counts: Readonly<Record<Split, number>>;
  /** Images per split and class. */
  readonly perClass: Readonly<Record<Split, Readonly<Record<string, number>>>>;
  /** SHA-256 over all files of the dataset, as in its manifest. */
  readonly digest: string;
  /** Of the reviewers' answers, if the dataset was to learn from any. */
  readonly labels?: LabelsSummary | undefined;
}
