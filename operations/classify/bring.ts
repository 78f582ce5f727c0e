/** Brings images to where the workflow reads them, once. */
import { readFile } from "node:fs/promises";
import { CopyObjectCommand, HeadObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { forEachConcurrently } from "../../common/concurrency";
import type { ProgressTask } from "../../common/progress";
import { MAX_KEY_BYTES } from "../../common/recordKey";
import { TRANSFERS } from "../../common/s3";
import { currentVersions, type ImageVersion } from "../objects";
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
  const there = new Set<string>();
  for await (const { key } of currentVersions(s3, Bucket, folder)) {
    there.add(key);
  }
  const placed = new Map<Source, Placed>();
  await forEachConcurrently(sources, TRANSFERS, async (each) => {
    signal.throwIfAborted();
    const { source, name, at } = each;
    const key = at.kind === "here" ? at.key : folder + name;
    const versionId =
      at.kind === "here"
        ? at.versionId
        : ((there.has(key) ? await broughtOf(each, key) : undefined) ?? (await bring(each, key)));
    placed.set(each, { source, key, versionId });
    task.advance(1);
  });
  return sources.flatMap((each) => placed.get(each) ?? []);

  /** The version that was brought of this very image before: a changed one has another stamp. */
  async function broughtOf({ size, stamp }: Source, Key: string): Promise<string | undefined> {
    const { ContentLength, Metadata, VersionId } = await s3.send(
      new HeadObjectCommand({ Bucket, Key }),
    );
    return ContentLength === size && Metadata?.["stamp"] === stamp ? VersionId : undefined;
  }

  async function bring(image: Source, Key: string): Promise<string> {
    const { source, stamp } = image;
    const target = {
      ...{ Bucket, Key, Metadata: { stamp } },
      // Two commands that bring the same image at the same time must not make two versions of it.
      ...(there.has(Key) ? {} : { IfNoneMatch: "*" }),
    };
    try {
      const { VersionId } = await send(image.at, target);
      return VersionId ?? "null";
    } catch (error) {
      if (error instanceof Error && error.name === "PreconditionFailed" && !there.has(Key)) {
        there.add(Key);
        return (await broughtOf(image, Key)) ?? (await bring(image, Key));
      }
      throw new SourceError(
        `${source} cannot be brought to s3://${Bucket}/${Key}: ${String(error)}`,
      );
    }
  }

  async function send(
    at: Source["at"],
    target: { readonly Bucket: string; readonly Key: string; readonly IfNoneMatch?: string },
  ) {
    if (at.kind === "file") {
      // Read whole, for what is a stream cannot be sent again when S3 asks to slow down.
      return s3.send(new PutObjectCommand({ ...target, Body: await readFile(at.path) }));
    }
    const { key } = at;
    const bucket = at.kind === "elsewhere" ? at.bucket : Bucket;
    const CopySource = `${bucket}/${key.split("/").map(encodeURIComponent).join("/")}`;
    return s3.send(new CopyObjectCommand({ ...target, CopySource, MetadataDirective: "REPLACE" }));
  }
}
