import { randomUUID } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import {
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  type S3Client,
} from "@aws-sdk/client-s3";

/** How often a write is tried that another one of the same key is in the way of. */
const WRITES = 5;
const PAUSE_MILLISECONDS = 50;

/** The text of an object; undefined where there is no such object. */
export async function findText(
  s3: S3Client,
  Bucket: string,
  Key: string,
): Promise<string | undefined> {
  try {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
    return (await Body?.transformToString()) ?? "";
  } catch (error) {
    if (error instanceof Error && error.name === "NoSuchKey") {
      return undefined;
    }
    throw error;
  }
}

/**
 * Writes JSON unless there is such an object. Where another write of the same key is under way, S3
 * says neither yes nor no, and asks to try again ("PutObject", Amazon S3 API Reference). The SDK
 * repeats a write whose answer was lost, and is told then that there is an object: so each has an id
 * of its own, by which it is known whose it is.
 * @returns whether it was written; false if there is another one
 */
export async function createText(
  s3: S3Client,
  Bucket: string,
  Key: string,
  Body: string,
): Promise<boolean> {
  const id = randomUUID();
  const put = {
    ...{ Bucket, Key, Body, ContentType: "application/json", Metadata: { id } },
    IfNoneMatch: "*",
  };
  for (let write = 1; ; write += 1) {
    try {
      await s3.send(new PutObjectCommand(put));
      return true;
    } catch (error) {
      const name = error instanceof Error ? error.name : "";
      if (name === "PreconditionFailed") {
        const { Metadata } = await s3.send(new HeadObjectCommand({ Bucket, Key }));
        return Metadata?.["id"] === id;
      }
      if (name !== "ConditionalRequestConflict" || write === WRITES) {
        throw error;
      }
      await setTimeout(write * PAUSE_MILLISECONDS);
    }
  }
}
