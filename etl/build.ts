import { hash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { DATASET_KEYS, SPLITS, type Split } from "../functions/contract";
import { extractArchive } from "./archive/extract";
import type { ArchiveContent } from "./archive/content";
import { selectClasses } from "./dataset/classes";
import { writeImages } from "./dataset/images";
import {
  createManifest,
  formatManifest,
  type Manifest,
  type ManifestFile,
} from "./dataset/manifest";
import {
  imagePath,
  imagePathInChannel,
  planDataset,
  type DatasetPlan,
  type PlannedImage,
} from "./dataset/plan";
import { DatasetFolderError, UsageError } from "./errors";
import type { Progress } from "./progress";

export interface BuildOptions {
  /** Path of the archive. */
  readonly archive: string;
  /** MD5 it must have, if that is known. */
  readonly md5?: string | undefined;
  /** Folder to be made; a dataset that is there already is replaced, anything else is not. */
  readonly folder: string;
  readonly classes: readonly string[];
  /** 0 to 0.5. */
  readonly validationFraction: number;
}

const LIST_KEYS: Readonly<Record<Split, string>> = {
  train: DATASET_KEYS.trainList,
  validation: DATASET_KEYS.validationList,
  test: DATASET_KEYS.testList,
};

/**
 * Makes a dataset folder from an archive. The work is done beside it, in `<folder>.partial`; the
 * folder appears when it is complete, and not at all if anything fails.
 *
 * Throws the errors of {@link extractArchive}, `ClassSelectionError`, `DatasetFolderError`, and
 * `UsageError` for a fraction out of range.
 */
export async function buildDataset(options: BuildOptions, progress: Progress): Promise<Manifest> {
  const { validationFraction } = options;
  if (!(validationFraction >= 0 && validationFraction <= 0.5)) {
    throw new UsageError(
      `The validation fraction is ${validationFraction}; it must be from 0 to 0.5.`,
    );
  }
  const folder = resolve(options.folder);
  refuseForeignFolder(folder);
  const partial = `${folder}.partial`;
  rmSync(partial, { recursive: true, force: true });
  const spool = join(partial, "spool");
  const staging = join(partial, "dataset");
  mkdirSync(spool, { recursive: true });
  mkdirSync(staging);
  try {
    const archive = await extractArchive(options.archive, spool, progress, options.md5);
    const selection = selectClasses(options.classes, archive.content);
    const plan = planDataset(archive.content, selection, validationFraction);
    const files = [
      ...writeSplits(plan, archive.content, selection.names, staging, progress),
      ...writeLists(plan, selection.names, staging),
    ];
    const recipe = { classes: selection.names, validationFraction, format: "image" } as const;
    const manifest = createManifest(recipe, archive.identity, plan, files);
    writeFileSync(join(staging, DATASET_KEYS.manifest), formatManifest(manifest));
    replaceFolder(folder, staging, partial);
    return manifest;
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
}

/** Only an empty folder or a dataset may be replaced: whatever else is there is somebody's work. */
function refuseForeignFolder(folder: string): void {
  if (!existsSync(folder)) {
    return;
  }
  const entries = readdirSync(folder);
  if (entries.length > 0 && !entries.includes(DATASET_KEYS.manifest)) {
    throw new DatasetFolderError(
      `${folder} is there already and is no dataset (it has no ${DATASET_KEYS.manifest}). ` +
        `Name another folder, or remove this one.`,
    );
  }
}

function replaceFolder(folder: string, complete: string, partial: string): void {
  if (existsSync(folder)) {
    renameSync(folder, join(partial, "replaced"));
  }
  mkdirSync(dirname(folder), { recursive: true });
  renameSync(complete, folder);
}

/** Writes the images class by class: a folder's files made together lie together on the disk. */
function writeSplits(
  plan: DatasetPlan,
  content: ArchiveContent,
  classes: readonly string[],
  folder: string,
  progress: Progress,
): ManifestFile[] {
  const total = SPLITS.reduce((sum, split) => sum + plan[split].length, 0);
  const task = progress.start("build", total, "images");
  const files: ManifestFile[] = [];
  for (const split of SPLITS) {
    for (const [label, name] of classes.entries()) {
      mkdirSync(join(folder, DATASET_KEYS[split], name), { recursive: true });
      const images = plan[split].filter((image) => image.label === label);
      const paths = images.map((image) => imagePath(split, image, classes));
      const [first] = images as [PlannedImage];
      const written = writeImages({
        pixels: content[first.half].pixels,
        records: images.map(({ record }) => record),
        paths: paths.map((path) => join(folder, path)),
      });
      files.push(...written.map((file, index) => ({ path: paths[index] as string, ...file })));
      task.advance(images.length);
    }
  }
  task.done();
  return files;
}

/** The lists that tell SageMaker's image classification the label of each image. */
function writeLists(plan: DatasetPlan, classes: readonly string[], folder: string): ManifestFile[] {
  return SPLITS.map((split) => {
    const rows = plan[split].map(
      (image) => `${image.index}\t${image.label}\t${imagePathInChannel(image, classes)}\n`,
    );
    const content = Buffer.from(rows.join(""));
    writeFileSync(join(folder, LIST_KEYS[split]), content);
    return { path: LIST_KEYS[split], bytes: content.length, sha256: hash("sha256", content) };
  });
}
