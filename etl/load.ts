import { hash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { DATASET_KEYS } from "../contract/dataset";
import type { Bucket, RemoteObject } from "./bucket";
import { forEachConcurrently } from "../common/concurrency";
import { isDatasetKey, readManifest } from "./dataset/folder";
import type { Manifest, ManifestFile } from "./dataset/manifest";
import { DatasetFolderError } from "./errors";
import { refuseInterrupted } from "./interrupt";
import type { Progress } from "../common/progress";
import { TRANSFERS } from "../common/s3";

/**
 * Uploads a dataset folder. What the bucket already has, equal by checksum, is not sent again. The
 * manifest comes last, and that of another dataset is taken away first: a reader that finds a
 * manifest finds everything that it names.
 *
 * Throws `BucketError`, `InterruptedError`, and `DatasetFolderError` when a file is not as the
 * manifest says.
 * @param prune delete what earlier datasets left under the same prefixes; nothing else is deleted
 */
export async function loadDataset(
  folder: string,
  bucket: Bucket,
  prune: boolean,
  progress: Progress,
  signal: AbortSignal,
): Promise<Manifest> {
  const manifest = readManifest(folder);
  const manifestText = await readFile(join(folder, DATASET_KEYS.manifest));
  const manifestMd5 = hash("md5", manifestText);
  const present = await bucket.list();
  const presentManifest = present.get(DATASET_KEYS.manifest);
  const isCurrent =
    presentManifest !== undefined &&
    (await isEqual(bucket, DATASET_KEYS.manifest, presentManifest, manifestText, manifestMd5));
  if (presentManifest !== undefined && !isCurrent) {
    await bucket.delete(DATASET_KEYS.manifest);
  }

  const task = progress.start("load", manifest.files.length, "files");
  let sent = 0;
  await forEachConcurrently(manifest.files, TRANSFERS, async (file) => {
    refuseInterrupted(signal);
    const body = await readChecked(folder, file);
    const md5 = hash("md5", body);
    const object = present.get(file.path);
    if (object === undefined || !(await isEqual(bucket, file.path, object, body, md5))) {
      await bucket.put(file.path, body, md5, file.sha256);
      sent++;
    }
    task.advance(1);
  });
  const deleted = prune ? await pruneOthers(bucket, present.keys(), manifest, signal) : 0;
  if (!isCurrent) {
    await bucket.put(
      DATASET_KEYS.manifest,
      manifestText,
      manifestMd5,
      hash("sha256", manifestText),
    );
  }
  task.done(
    `${sent} sent, ${manifest.files.length - sent} were there already` +
      (prune ? `, ${deleted} deleted` : ""),
  );
  return manifest;
}

/**
 * The entity tag is the MD5 unless the bucket encrypts with a KMS key; then the checksum that S3
 * keeps decides.
 */
async function isEqual(
  bucket: Bucket,
  key: string,
  object: RemoteObject,
  body: Buffer,
  md5: string,
): Promise<boolean> {
  if (object.bytes !== body.length) {
    return false;
  }
  return object.etag === md5 || (await bucket.sha256(key)) === hash("sha256", body);
}

/** Returns how many objects it deleted. */
async function pruneOthers(
  bucket: Bucket,
  present: Iterable<string>,
  manifest: Manifest,
  signal: AbortSignal,
): Promise<number> {
  const wanted = new Set(manifest.files.map(({ path }) => path));
  const others = [...present].filter((key) => isDatasetKey(key) && !wanted.has(key));
  await forEachConcurrently(others, TRANSFERS, (key) => {
    refuseInterrupted(signal);
    return bucket.delete(key);
  });
  return others.length;
}

async function readChecked(folder: string, file: ManifestFile): Promise<Buffer> {
  const path = join(folder, file.path);
  let body: Buffer;
  try {
    body = await readFile(path);
  } catch (error) {
    throw new DatasetFolderError(`${path} cannot be read. Build the dataset again.`, {
      cause: error,
    });
  }
  if (hash("sha256", body) !== file.sha256) {
    throw new DatasetFolderError(
      `${path} is not the file that the manifest names. Build the dataset again.`,
    );
  }
  return body;
}
