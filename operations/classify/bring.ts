/** Brings images to where the workflow reads them, once. */
import { readFile } from "node:fs/promises";
import { CopyObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { forEachConcurrently } from "../../common/concurrency";
import type { ProgressTask } from "../../common/progress";
import { MAX_KEY_BYTES } from "../../common/recordKey";
import { TRANSFERS } from "../../common/s3";
import { currentVersions, type ImageVersion, type ListedVersion } from "../objects";
import type { Workflow } from "../workflow";
import { SourceError, type Source } from "./sources";

/** An image where the workflow reads it. */
export interface Placed extends ImageVersion {
  readonly source: string;
}

/**
 * Uploads what is on this machine and copies what is in other buckets, into the run's folder; what is
 * there already, of an earlier attempt, stays. Images that the workflow reads anyway stay where they
 * are.
 * @param folder key prefix of the run
 * @throws SourceError for an image that cannot be read or has too long a name
 */
export async function bringImages(
  { s3, inferenceBucket: Bucket }: Workflow,
  sources: readonly Source[],
  folder: string,
  { signal, task }: { readonly signal: AbortSignal; readonly task: ProgressTask },
): Promise<readonly Placed[]> {
  for (const { source, name, at } of sources) {
    if (at.kind !== "here" && Buffer.byteLength(folder + name) > MAX_KEY_BYTES) {
      throw new SourceError(
        `${source} has too long a name: with ${folder} before it, it has more than ${MAX_KEY_BYTES} bytes`,
      );
    }
  }
  const there = new Map<string, ListedVersion>();
  for await (const version of currentVersions(s3, Bucket, folder)) {
    there.set(version.key, version);
  }
  const placed = new Map<Source, Placed>();
  await forEachConcurrently(sources, TRANSFERS, async (each) => {
    signal.throwIfAborted();
    const { source, name, size, at } = each;
    const key = at.kind === "here" ? at.key : folder + name;
    const earlier = there.get(key);
    const versionId =
      at.kind === "here"
        ? at.versionId
        : earlier?.size === size
          ? earlier.versionId
          : await bring(at, key);
    placed.set(each, { source, key, versionId });
    task.advance(1);
  });
  return sources.flatMap((each) => placed.get(each) ?? []);

  async function bring(at: Exclude<Source["at"], { kind: "here" }>, Key: string): Promise<string> {
    try {
      const { VersionId } = await (at.kind === "file"
        ? // Read whole, for what is a stream cannot be sent again when S3 asks to slow down.
          s3.send(new PutObjectCommand({ Bucket, Key, Body: await readFile(at.path) }))
        : s3.send(
            new CopyObjectCommand({
              ...{ Bucket, Key },
              CopySource: `${at.bucket}/${at.key.split("/").map(encodeURIComponent).join("/")}`,
            }),
          ));
      return VersionId ?? "null";
    } catch (error) {
      const from = at.kind === "file" ? at.path : `s3://${at.bucket}/${at.key}`;
      throw new SourceError(`${from} cannot be brought to s3://${Bucket}/${Key}: ${String(error)}`);
    }
  }
}
