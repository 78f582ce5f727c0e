import { hash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { DATASET_KEYS } from "../functions/contract";
import type { Bucket } from "./bucket";
import { forEachConcurrently } from "./concurrency";
import { readManifest } from "./dataset/folder";
import type { Manifest, ManifestFile } from "./dataset/manifest";
import { DatasetFolderError } from "./errors";
import type { Progress } from "./progress";
import { UPLOADS } from "./s3";

/**
 * Uploads a dataset folder. What the bucket already has, equal by size and MD5, is not sent again.
 * The manifest comes last, and that of another dataset is taken away first: a reader that finds a
 * manifest finds everything that it names.
 *
 * Throws `BucketError`, and `DatasetFolderError` when a file is not as the manifest says.
 */
export async function loadDataset(
  folder: string,
  bucket: Bucket,
  progress: Progress,
): Promise<Manifest> {
  const manifest = readManifest(folder);
  const manifestFile = await readFile(join(folder, DATASET_KEYS.manifest));
  const present = await bucket.list();
  const manifestMd5 = hash("md5", manifestFile);
  const presentManifest = present.get(DATASET_KEYS.manifest);
  if (presentManifest !== undefined && presentManifest.etag !== manifestMd5) {
    await bucket.delete(DATASET_KEYS.manifest);
  }

  const task = progress.start("load", manifest.files.length, "files");
  let sent = 0;
  await forEachConcurrently(manifest.files, UPLOADS, async (file) => {
    const body = await readChecked(folder, file);
    const md5 = hash("md5", body);
    if (present.get(file.path)?.etag !== md5) {
      await bucket.put(file.path, body, md5, crc32(body));
      sent++;
    }
    task.advance(1);
  });
  if (presentManifest?.etag !== manifestMd5) {
    await bucket.put(DATASET_KEYS.manifest, manifestFile, manifestMd5, crc32(manifestFile));
  }
  task.done(`${sent} sent, ${manifest.files.length - sent} were there already`);
  return manifest;
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
