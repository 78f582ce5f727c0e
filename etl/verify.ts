import { createHash } from "node:crypto";
import { createReadStream, readdirSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { DATASET_KEYS } from "../contract/dataset";
import type { Bucket } from "./bucket";
import { forEachConcurrently } from "../common/concurrency";
import { isDatasetKey, readManifest } from "./dataset/folder";
import { parseManifest, type Manifest } from "./dataset/manifest";
import { DatasetFolderError, DatasetMismatchError } from "./errors";
import { refuseInterrupted } from "./interrupt";
import type { Progress } from "../common/progress";
import { TRANSFERS } from "../common/s3";

/** Where a dataset is. */
export interface DatasetPlace {
  readonly name: string;
  /** Throws `DatasetFolderError` when there is none. */
  readManifest(): Promise<Manifest>;
  /** All files or objects. */
  list(): Promise<Iterable<string>>;
  /** @param path one of those listed */
  read(path: string): AsyncIterable<Uint8Array>;
}

/** A dataset folder as a place. */
export function folderPlace(folder: string): DatasetPlace {
  return {
    name: folder,
    readManifest: () => Promise.resolve(readManifest(folder)),
    list: () =>
      Promise.resolve(
        readdirSync(folder, { recursive: true, withFileTypes: true })
          .filter((entry) => !entry.isDirectory())
          .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
          .map((path) => path.split(sep).join("/")),
      ),
    read: (path) => createReadStream(join(folder, path)),
  };
}

/** The dataset in a bucket as a place. */
export function bucketPlace(bucket: Bucket): DatasetPlace {
  const name = `s3://${bucket.name}`;
  return {
    name,
    async readManifest() {
      if (!(await bucket.list()).has(DATASET_KEYS.manifest)) {
        throw new DatasetFolderError(
          `${name} has no complete dataset: there is no ${DATASET_KEYS.manifest}. Make one with \`run\`.`,
        );
      }
      const pieces: Buffer[] = [];
      for await (const piece of bucket.read(DATASET_KEYS.manifest)) {
        pieces.push(piece);
      }
      return parseManifest(Buffer.concat(pieces).toString(), `${name}/${DATASET_KEYS.manifest}`);
    },
    list: async () => (await bucket.list()).keys(),
    read: (path) => bucket.read(path),
  };
}

const MOST_PROBLEMS_SHOWN = 10;

/**
 * Reads every file of a dataset and compares it with the manifest.
 * Throws `DatasetMismatchError` that names what is missing, different or too much, and
 * `DatasetFolderError` or `BucketError` when the place cannot be read.
 */
export async function verifyDataset(
  place: DatasetPlace,
  progress: Progress,
  signal: AbortSignal,
): Promise<Manifest> {
  const manifest = await place.readManifest();
  const present = new Set(await place.list());
  const problems: string[] = [];
  const task = progress.start("verify", manifest.files.length, "files");
  await forEachConcurrently(manifest.files, TRANSFERS, async ({ path, bytes, sha256 }) => {
    refuseInterrupted(signal);
    if (!present.has(path)) {
      problems.push(`${path} is missing`);
    } else {
      const found = await digest(place.read(path));
      if (found.sha256 !== sha256) {
        problems.push(
          `${path} is different: ${found.bytes} bytes with SHA-256 ${found.sha256}, not ${bytes} with ${sha256}`,
        );
      }
    }
    task.advance(1);
  });
  task.done();
  const wanted = new Set(manifest.files.map(({ path }) => path));
  for (const path of present) {
    if (isDatasetKey(path) && !wanted.has(path)) {
      problems.push(`${path} does not belong to the dataset`);
    }
  }
  if (problems.length > 0) {
    const shown = problems.sort().slice(0, MOST_PROBLEMS_SHOWN).join("\n  ");
    const more = problems.length - MOST_PROBLEMS_SHOWN;
    throw new DatasetMismatchError(
      `${place.name} is not what its manifest says:\n  ${shown}` +
        (more > 0 ? `\n  and ${more} more` : "") +
        `\nBuild or load it again; \`load --prune\` deletes what does not belong.`,
    );
  }
  return manifest;
}

async function digest(
  chunks: AsyncIterable<Uint8Array>,
): Promise<{ readonly bytes: number; readonly sha256: string }> {
  const hash = createHash("sha256");
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.length;
    hash.update(chunk);
  }
  return { bytes, sha256: hash.digest("hex") };
}
