import { createHash } from "node:crypto";
import { z } from "zod";
import {
  DATASET_FORMATS,
  LABEL_REASONS,
  SPLITS,
  type DatasetFormat,
  type DatasetSummary,
  type LabelsSummary,
  type Split,
} from "../../contract/dataset";
import type { ArchiveIdentity } from "../archive/extract";
import { DatasetFolderError } from "../errors";
import { ETL_VERSION, IMAGE_SHAPE } from "../recipe";
import { countLabels, type DatasetPlan } from "./plan";

/** A file of the dataset. */
export interface ManifestFile {
  /** Relative to the folder or bucket; segments separated by `/`. */
  readonly path: string;
  readonly bytes: number;
  /** Hexadecimal. */
  readonly sha256: string;
}

/** What is in a dataset and where it came from; the same bytes on every run and machine. */
export interface Manifest extends DatasetSummary {
  readonly etlVersion: number;
  readonly recipe: {
    readonly classes: readonly string[];
    readonly validationFraction: number;
    readonly format: DatasetFormat;
  };
  readonly archive: ArchiveIdentity;
  /** All files but the manifest, sorted by path. */
  readonly files: readonly ManifestFile[];
}

const count = z.int().nonnegative();
const hex = (digits: number): z.ZodString => z.string().regex(new RegExp(`^[0-9a-f]{${digits}}$`));
const perSplit = <Value extends z.ZodType>(
  value: Value,
): z.ZodObject<Record<Split, Value>, z.core.$strip> =>
  z.object({ train: value, validation: value, test: value });

const manifestSchema = z.object({
  etlVersion: z.literal(ETL_VERSION),
  digest: hex(64),
  classes: z.array(z.string()),
  format: z.enum(DATASET_FORMATS),
  imageShape: z.tuple([count, count, count]),
  counts: perSplit(count),
  perClass: perSplit(z.record(z.string(), count)),
  recipe: z.object({
    classes: z.array(z.string()),
    validationFraction: z.number(),
    format: z.enum(DATASET_FORMATS),
  }),
  archive: z.object({
    form: z.enum(["binary", "python"]),
    bytes: count,
    md5: hex(32),
    sha256: hex(64),
  }),
  labels: z
    .object({
      source: z.string(),
      until: z.iso.datetime().optional(),
      answers: count,
      merged: count,
      leftOut: z.partialRecord(z.enum(LABEL_REASONS), count),
      digest: hex(64),
    })
    .optional(),
  files: z.array(
    z.object({
      // Names, separated by slashes, that can lead nowhere but down.
      path: z.string().regex(/^(?:[\w-][\w.-]*\/)*[\w-][\w.-]*$/),
      bytes: count,
      sha256: hex(64),
    }),
  ),
});

/** Draws up the manifest of a dataset whose files have all been written. */
export function createManifest(
  recipe: Manifest["recipe"],
  archive: ArchiveIdentity,
  plan: DatasetPlan,
  files: readonly ManifestFile[],
  labels: LabelsSummary | undefined,
): Manifest {
  const { classes, format } = recipe;
  const sorted = [...files].sort((one, other) => (one.path < other.path ? -1 : 1));
  const bySplit = <Value>(valueOf: (split: Split) => Value): Record<Split, Value> => ({
    train: valueOf("train"),
    validation: valueOf("validation"),
    test: valueOf("test"),
  });
  return {
    etlVersion: ETL_VERSION,
    digest: digestFiles(sorted),
    classes,
    format,
    imageShape: IMAGE_SHAPE,
    counts: bySplit((split) => plan[split].length),
    perClass: bySplit((split) => {
      const counts = countLabels(plan[split], classes.length);
      return Object.fromEntries(classes.map((name, label) => [name, counts[label] as number]));
    }),
    recipe,
    archive,
    ...(labels === undefined ? {} : { labels }),
    files: sorted,
  };
}

/**
 * SHA-256 over the lines that `sha256sum` would print for the files, sorted by path: anyone can
 * check it with a shell.
 */
function digestFiles(files: readonly ManifestFile[]): string {
  const hash = createHash("sha256");
  for (const { sha256, path } of files) {
    hash.update(`${sha256}  ${path}\n`);
  }
  return hash.digest("hex");
}

/**
 * The text of a manifest, in pieces, for one of 60,000 files has ten million characters. One line
 * per file, so that two manifests can be compared by eye.
 */
export function* formatManifest(manifest: Manifest): Generator<string> {
  const { files, ...rest } = manifest;
  yield `${JSON.stringify(rest, undefined, 2).slice(0, -2)},\n  "files": [`;
  for (const [index, file] of files.entries()) {
    yield `${index === 0 ? "" : ","}\n    ${JSON.stringify(file)}`;
  }
  yield "\n  ]\n}\n";
}

/** The part that others build on. */
export function summarize(manifest: Manifest): DatasetSummary {
  const { classes, format, imageShape, counts, perClass, digest, labels } = manifest;
  const summary = { classes, format, imageShape, counts, perClass, digest };
  return labels === undefined ? summary : { ...summary, labels };
}

/** One line for people. */
export function describeDataset(summary: DatasetSummary): string {
  const counts = SPLITS.map((split) => `${summary.counts[split]} ${split}`).join(", ");
  const { length } = summary.classes;
  const { labels } = summary;
  const merged = labels === undefined ? "" : `, ${labels.merged} of them from labels`;
  return `${counts} images in ${length} ${length === 1 ? "class" : "classes"}${merged}`;
}

/**
 * Reads a manifest and checks it: its shape, that its digest belongs to its files, and that no path
 * leads out of the dataset.
 * Throws {@link DatasetFolderError}.
 * @param origin where it was found, for the message
 */
export function parseManifest(text: string, origin: string): Manifest {
  const problem = (what: string, cause?: unknown): DatasetFolderError =>
    new DatasetFolderError(`${origin} ${what}. Build the dataset again.`, { cause });
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw problem("is no JSON", error);
  }
  const result = manifestSchema.safeParse(json);
  if (!result.success) {
    throw problem(`is no manifest of this version: ${z.prettifyError(result.error)}`);
  }
  const manifest = result.data;
  if (digestFiles(manifest.files) !== manifest.digest) {
    throw problem("has been changed: its digest does not belong to its files");
  }
  return manifest;
}
