import { createHash, hash } from "node:crypto";
import { closeSync, openSync, readSync, writeSync } from "node:fs";
import { join } from "node:path";
import { forEachConcurrently } from "../../common/concurrency";
import { FunctionError } from "../../common/functionError";
import { normalizePixels } from "../../common/pictures/image";
import type { Progress } from "../../common/progress";
import { SPLITS, type LabelReason, type LabelsSummary } from "../../contract/dataset";
import { ERRORS } from "../../contract/inference";
import { MAX_PIXELS_RANGE } from "../../contract/values";
import type { PixelFile } from "../archive/content";
import type { Bucket } from "../bucket";
import type { DatasetPlan, PixelSource, PlannedImage } from "../dataset/plan";
import { IMAGE_BYTES, IMAGE_SIDE } from "../formats/png";
import { checkpoint, refuseInterrupted } from "../interrupt";
import { nameOf, readAnswers, type LabelsPlace } from "./answers";
import { chooseLabels, type ChosenLabel } from "./choice";
import { LeftOut } from "./leftOut";

/** Pictures at once: each may have as many megabytes as an upload. */
const PICTURES_AT_ONCE = 8;
const PLANE = IMAGE_SIDE * IMAGE_SIDE;
const IMAGES_PER_CHECKPOINT = 2_000;

/** The workflow has had a limit of its own when it decoded them. */
const SETTINGS = {
  size: { width: IMAGE_SIDE, height: IMAGE_SIDE },
  maxPixels: MAX_PIXELS_RANGE.most,
};

/** The dataset that the pictures are to join. */
export interface LabelsTarget {
  readonly classes: readonly string[];
  readonly plan: DatasetPlan;
  readonly archive: Readonly<Record<Exclude<PixelSource, "labels">, PixelFile>>;
  /** Existing; the pixels are left there. */
  readonly folder: string;
}

/** Pictures to train on. */
export interface CollectedLabels {
  readonly images: readonly Omit<PlannedImage, "index">[];
  readonly summary: LabelsSummary;
}

/** Where {@link collectLabels} leaves the pixels. @param folder the target's */
export function labelPixels(folder: string): PixelFile {
  return { path: join(folder, "labels.bin"), offset: 0, stride: IMAGE_BYTES };
}

/**
 * Makes training images of the pictures that reviewers have labelled: reads each in its version,
 * and makes it as large as the archive's, as the workflow makes pictures the model's. The same
 * answers and pictures give the same bytes. What is left out is told.
 *
 * A picture that the archive has too, pixel by pixel, is left out: if it is to validate or to test,
 * the model must not have learned it, and otherwise there is nothing new to learn.
 * @throws the errors of {@link readAnswers}, and `BucketError` when a picture cannot be asked for
 */
export async function collectLabels(
  place: LabelsPlace,
  target: LabelsTarget,
  progress: Progress,
  signal: AbortSignal,
): Promise<CollectedLabels> {
  const answers = await readAnswers(place, signal);
  const leftOut = new LeftOut();
  const chosen = chooseLabels(answers, target.classes, leftOut);
  const task = progress.start("labels", chosen.length, "pictures");
  const buckets = new Map<string, Bucket>();
  const digests: (string | undefined)[] = chosen.map(() => undefined);
  const reasons: (LabelReason | undefined)[] = chosen.map(() => undefined);
  const file = openSync(labelPixels(target.folder).path, "wx");
  try {
    await forEachConcurrently(chosen.entries(), PICTURES_AT_ONCE, async ([record, { image }]) => {
      refuseInterrupted(signal);
      const bucket = buckets.get(image.bucket) ?? place.openBucket(image.bucket);
      buckets.set(image.bucket, bucket);
      const pixels = await readPixels(bucket, image.key, image.versionId);
      if (typeof pixels === "string") {
        reasons[record] = pixels;
      } else {
        digests[record] = hash("sha256", pixels);
        writeSync(file, pixels, 0, IMAGE_BYTES, record * IMAGE_BYTES);
      }
      task.advance(1);
    });
  } finally {
    closeSync(file);
  }
  await judgePixels(chosen, digests, reasons, target, signal);
  for (const [record, { label, answer }] of chosen.entries()) {
    if (label === -1 && reasons[record] !== "contradictory") {
      reasons[record] = answer === undefined ? "noneOfThese" : "otherClass";
    }
  }

  const merged = [...chosen.entries()].filter(([record]) => reasons[record] === undefined);
  for (const [record, { image, answer }] of chosen.entries()) {
    const reason = reasons[record];
    if (reason !== undefined) {
      leftOut.add(reason, `${reason === "otherClass" ? `${answer}, ` : ""}${nameOf(image)}`);
    }
  }
  task.done(`${merged.length} of ${answers.length} answers are merged`);
  leftOut.describe().forEach((line) => progress.note(`labels: ${line}`));
  return {
    images: merged.map(([record, { image, label }]) => ({
      ...{ label, record, source: "labels" as const },
      name: `label-${hash("sha256", nameOf(image)).slice(0, 32)}`,
    })),
    summary: {
      source: place.place,
      ...(place.until === undefined ? {} : { until: place.until.toISOString() }),
      answers: answers.length,
      merged: merged.length,
      leftOut: leftOut.counts(),
      digest: digestOf(merged.map(([, label]) => label)),
    },
  };
}

/** Three planes, as the archive has them, or why there are none. */
async function readPixels(
  bucket: Bucket,
  key: string,
  versionId: string,
): Promise<Buffer | LabelReason> {
  try {
    const image = { bucket: bucket.name, key, versionId };
    const bytes = await bucket.readPicture(key, versionId);
    const pixels = await normalizePixels(bytes, nameOf(image), SETTINGS);
    const planes = Buffer.alloc(IMAGE_BYTES);
    for (let at = 0; at < IMAGE_BYTES; at++) {
      planes[(at % 3) * PLANE + Math.floor(at / 3)] = pixels[at] as number;
    }
    return planes;
  } catch (error) {
    if (error instanceof FunctionError) {
      return error.name === ERRORS.imageNotFound ? "missing" : "unreadable";
    }
    throw error;
  }
}

/** Finds, by the pixels, what is in the archive, what is there twice, and what contradicts itself. */
async function judgePixels(
  chosen: readonly ChosenLabel[],
  digests: readonly (string | undefined)[],
  reasons: (LabelReason | undefined)[],
  target: LabelsTarget,
  signal: AbortSignal,
): Promise<void> {
  const byDigest = new Map<string, number[]>();
  for (const [record, digest] of digests.entries()) {
    if (digest !== undefined) {
      byDigest.set(digest, [...(byDigest.get(digest) ?? []), record]);
    }
  }
  for (const records of byDigest.values()) {
    const [first = 0, ...others] = records;
    const agree = others.every((record) => chosen[record]?.answer === chosen[first]?.answer);
    (agree ? others : records).forEach((record) => {
      reasons[record] = agree ? "repeated" : "contradictory";
    });
  }
  if (byDigest.size > 0) {
    for await (const digest of archivedDigests(target, signal)) {
      byDigest.get(digest)?.forEach((record) => {
        reasons[record] = "inArchive";
      });
    }
  }
}

/** The digest of every image that the archive gives the dataset. */
async function* archivedDigests(
  { plan, archive }: LabelsTarget,
  signal: AbortSignal,
): AsyncGenerator<string> {
  const pixels = Buffer.alloc(IMAGE_BYTES);
  const files = {
    train: openSync(archive.train.path, "r"),
    test: openSync(archive.test.path, "r"),
  };
  try {
    for (const split of SPLITS) {
      for (const [position, { source, record }] of plan[split].entries()) {
        if (position % IMAGES_PER_CHECKPOINT === 0) {
          await checkpoint(signal);
        }
        if (source !== "labels") {
          const { offset, stride } = archive[source];
          readSync(files[source], pixels, 0, IMAGE_BYTES, offset + record * stride);
          yield hash("sha256", pixels);
        }
      }
    }
  } finally {
    Object.values(files).forEach(closeSync);
  }
}

/** SHA-256 over the merged pictures' names and classes, a line each: the class's number, tab, name. */
function digestOf(merged: readonly ChosenLabel[]): string {
  const digest = createHash("sha256");
  for (const { image, label } of merged) {
    digest.update(`${label}\t${nameOf(image)}\n`);
  }
  return digest.digest("hex");
}
