import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { availableParallelism } from "node:os";
import { dirname, join, resolve } from "node:path";
import { DATASET_KEYS, type DatasetFormat } from "../contract/dataset";
import { extractArchive } from "./archive/extract";
import { selectClasses } from "./dataset/classes";
import { writeImageFiles, type DatasetTarget } from "./dataset/imageFiles";
import {
  createManifest,
  formatManifest,
  type Manifest,
  type ManifestFile,
} from "./dataset/manifest";
import { planDataset, withTrainingImages } from "./dataset/plan";
import { writeRecordFiles } from "./dataset/recordFiles";
import { DatasetFolderError, UsageError } from "./errors";
import { writeFully } from "./files";
import type { LabelsPlace } from "./labels/answers";
import { collectLabels, labelPixels } from "./labels/collect";
import { withLock } from "./lock";
import type { Progress } from "../common/progress";
import { MOST_HELD_BACK } from "./recipe";

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
  readonly format: DatasetFormat;
  /** Reviewers' answers to train on too. */
  readonly labels?: LabelsPlace | undefined;
  /** Threads that write images; one or two, by the processors, unless given. */
  readonly threads?: number | undefined;
}

const MOST_THREADS = 2;
const TEXT_PIECE = 256 * 1024;

/**
 * Makes a dataset folder from an archive. The work is done beside it, in `<folder>.partial`; the
 * folder appears when it is complete, and not at all if anything fails. While another process makes
 * the same folder, it waits.
 *
 * Throws the errors of {@link extractArchive} and {@link collectLabels}, `ClassSelectionError`, `DatasetFolderError`, and
 * `UsageError` for a fraction out of range.
 */
export async function buildDataset(
  options: BuildOptions,
  progress: Progress,
  signal: AbortSignal,
): Promise<Manifest> {
  const { validationFraction } = options;
  if (!(validationFraction >= 0 && validationFraction <= MOST_HELD_BACK)) {
    throw new UsageError(
      `The validation fraction is ${validationFraction}; it must be from 0 to ${MOST_HELD_BACK}.`,
    );
  }
  const folder = resolve(options.folder);
  refuseForeignFolder(folder);
  return withLock(folder, progress, signal, () => buildAlone(options, folder, progress, signal));
}

async function buildAlone(
  options: BuildOptions,
  folder: string,
  progress: Progress,
  signal: AbortSignal,
): Promise<Manifest> {
  const { validationFraction, format } = options;
  const partial = `${folder}.partial`;
  rmSync(partial, { recursive: true, force: true });
  const spool = join(partial, "spool");
  const staging = join(partial, "dataset");
  mkdirSync(spool, { recursive: true });
  mkdirSync(staging);
  try {
    const archive = await extractArchive(options.archive, spool, options.md5, progress, signal);
    const { content } = archive;
    const selection = selectClasses(options.classes, content);
    const classes = selection.names;
    const archived = planDataset(content, selection, validationFraction);
    const halves = { train: content.train.pixels, test: content.test.pixels };
    const joined = { classes, plan: archived, archive: halves, folder: spool };
    const labels =
      options.labels && (await collectLabels(options.labels, joined, progress, signal));
    const plan = withTrainingImages(archived, labels?.images ?? []);
    const pixels = { ...halves, labels: labelPixels(spool) };
    const target: DatasetTarget = { plan, pixels, classes, folder: staging, progress, signal };
    const threads = options.threads ?? Math.min(availableParallelism(), MOST_THREADS);
    const files: ManifestFile[] = [
      ...(format === "recordio" ? [] : await writeImageFiles(target, threads)),
      ...(format === "image" ? [] : await writeRecordFiles(target)),
    ];
    const recipe = { classes, validationFraction, format };
    const manifest = createManifest(recipe, archive.identity, plan, files, labels?.summary);
    writeText(join(staging, DATASET_KEYS.manifest), formatManifest(manifest));
    replaceFolder(folder, staging, partial);
    return manifest;
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
}

/** Only an empty folder or a dataset may be replaced: whatever else is there is somebody's work. */
function refuseForeignFolder(folder: string): void {
  const stats = statSync(folder, { throwIfNoEntry: false });
  if (stats === undefined) {
    return;
  }
  if (!stats.isDirectory()) {
    throw new DatasetFolderError(`${folder} is there already and is no folder. Name another one.`);
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

/** Writes pieces of text, some hundred kilobytes at a time. */
function writeText(path: string, pieces: Iterable<string>): void {
  const file = openSync(path, "wx");
  try {
    let text = "";
    for (const piece of pieces) {
      text += piece;
      if (text.length >= TEXT_PIECE) {
        writeFully(file, Buffer.from(text));
        text = "";
      }
    }
    writeFully(file, Buffer.from(text));
  } finally {
    closeSync(file);
  }
}
