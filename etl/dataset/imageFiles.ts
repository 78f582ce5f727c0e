import { hash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { formatImageList } from "../../common/imageList";
import { DATASET_KEYS, SPLITS, type Split } from "../../contract/dataset";
import type { PixelFile } from "../archive/content";
import type { Progress } from "../../common/progress";
import type { ImageBatch } from "./images";
import { writeBatches } from "./imageWriters";
import type { ManifestFile } from "./manifest";
import {
  imagePath,
  imagePathInChannel,
  type DatasetPlan,
  type PixelSource,
  type PlannedImage,
} from "./plan";

export const LIST_KEYS: Readonly<Record<Split, string>> = {
  train: DATASET_KEYS.trainList,
  validation: DATASET_KEYS.validationList,
  test: DATASET_KEYS.testList,
};

/** What a format's writer needs: what to write, and where. */
export interface DatasetTarget {
  readonly plan: DatasetPlan;
  readonly pixels: Readonly<Record<PixelSource, PixelFile>>;
  readonly classes: readonly string[];
  /** An existing folder. */
  readonly folder: string;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/**
 * Writes a PNG per image, and per split the list that tells SageMaker's image classification the
 * labels. Throws `InterruptedError`, and whatever the file system does.
 */
export async function writeImageFiles(
  target: DatasetTarget,
  threads: number,
): Promise<ManifestFile[]> {
  const { plan, classes, folder } = target;
  const images = await writeSplits(target, threads);
  const lists = SPLITS.map((split) => {
    const rows = plan[split].map((image) => ({
      index: image.index,
      label: image.label,
      path: imagePathInChannel(image, classes),
    }));
    const text = Buffer.from(formatImageList(rows));
    writeFileSync(join(folder, LIST_KEYS[split]), text);
    return { path: LIST_KEYS[split], bytes: text.length, sha256: hash("sha256", text) };
  });
  return [...images, ...lists];
}

/** A batch is a class of a split, from one source: a folder's files made together lie together on the disk. */
async function writeSplits(target: DatasetTarget, threads: number): Promise<ManifestFile[]> {
  const { plan, pixels, classes, folder, progress, signal } = target;
  const batches: ImageBatch[] = [];
  for (const split of SPLITS) {
    const byLabel: PlannedImage[][] = classes.map(() => []);
    for (const image of plan[split]) {
      byLabel[image.label]?.push(image);
    }
    for (const [label, images] of byLabel.entries()) {
      mkdirSync(join(folder, DATASET_KEYS[split], classes[label] as string), { recursive: true });
      for (const source of new Set(images.map((image) => image.source))) {
        const some = images.filter((image) => image.source === source);
        batches.push({
          pixels: pixels[source],
          records: some.map(({ record }) => record),
          folder,
          paths: some.map((image) => imagePath(split, image, classes)),
        });
      }
    }
  }
  const total = SPLITS.reduce((sum, split) => sum + plan[split].length, 0);
  const task = progress.start("build", total, "images");
  const files: ManifestFile[] = [];
  await writeBatches(batches, threads, signal, (written, position) => {
    const paths = batches[position]?.paths as readonly string[];
    for (const [index, { bytes, sha256 }] of written.entries()) {
      files.push({ path: paths[index] as string, bytes, sha256 });
    }
    task.advance(written.length);
  });
  task.done();
  return files;
}
