/** Files of captures, in S3 or in a folder, in the order of their hours. */
import { open, readdir } from "node:fs/promises";
import * as path from "node:path";
import type { Readable } from "node:stream";
import { GetObjectCommand, paginateListObjectsV2, type S3Client } from "@aws-sdk/client-s3";

/** From the first time on, and before the second one. */
export interface TimeRange {
  readonly from: Date;
  readonly to: Date;
}

export type Chunks = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

/** A file of captures. */
export interface CaptureFile {
  /** For messages: its URI or path. */
  readonly name: string;
  /** Begin of the hour that it is filed under; absent where its place names none. */
  readonly hour?: Date;
  /** Its bytes, in the memory of each chunk only until the next is asked for. */
  readonly open: () => Promise<Chunks>;
}

/** What was listed is not there any more, as when its time in the bucket was up. */
export class CaptureFileGoneError extends Error {
  override readonly name = "CaptureFileGoneError";
}

const HOUR_MILLISECONDS = 60 * 60 * 1000;

/**
 * A file is filed under the hour of its first record and written a minute or so after it, for which
 * no limit is documented: a record may be in a file of the hour before its own, and in a later one
 * when it was late.
 */
const HOURS_AROUND = 1;

/** Bytes that are read of a file at a time; nearly every file of SageMaker has less. */
const CHUNK_BYTES = 1024 * 1024;

/**
 * Files in S3 that may have records of the range, by their keys alone.
 * @param prefix of one variant of one endpoint, with a slash at its end
 */
export async function* captureFilesInS3(
  s3: S3Client,
  bucket: string,
  prefix: string,
  range: TimeRange,
): AsyncGenerator<CaptureFile> {
  const { first, last } = hoursOf(range);
  const StartAfter = prefix + folderOf(first);
  const input = { Bucket: bucket, Prefix: prefix, StartAfter };
  for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, input)) {
    for (const { Key: key = "" } of Contents) {
      const hour = hourOf(key);
      if (hour !== undefined && hour > last) {
        return;
      }
      if (key.endsWith(".jsonl")) {
        yield {
          name: `s3://${bucket}/${key}`,
          ...(hour && { hour }),
          open: () => openObject(s3, bucket, key),
        };
      }
    }
  }
}

async function openObject(s3: S3Client, Bucket: string, Key: string): Promise<Chunks> {
  try {
    const { Body, ContentLength } = await s3.send(new GetObjectCommand({ Bucket, Key }));
    if (Body === undefined || (ContentLength ?? Infinity) <= CHUNK_BYTES) {
      const bytes = await Body?.transformToByteArray();
      return [bytes ?? Buffer.alloc(0)];
    }
    return Body as Readable;
  } catch (error) {
    if (error instanceof Error && error.name === "NoSuchKey") {
      throw new CaptureFileGoneError(`s3://${Bucket}/${Key} is not there any more`);
    }
    throw error;
  }
}

/**
 * Files in a folder and below it that may have records of the range, by their paths alone; those
 * whose path names no hour may.
 */
export async function* captureFilesInFolder(
  folder: string,
  range: TimeRange,
): AsyncGenerator<CaptureFile> {
  const { first, last } = hoursOf(range);
  const entries = await readdir(folder, { withFileTypes: true });
  entries.sort((one, other) => (one.name < other.name ? -1 : 1));
  for (const entry of entries) {
    const name = path.join(folder, entry.name);
    if (entry.isDirectory()) {
      yield* captureFilesInFolder(name, range);
    } else if (name.endsWith(".jsonl")) {
      const hour = hourOf(name.split(path.sep).join("/"));
      if (hour === undefined || (hour >= first && hour <= last)) {
        yield { name, ...(hour && { hour }), open: () => Promise.resolve(chunksOf(name)) };
      }
    }
  }
}

async function* chunksOf(file: string): AsyncGenerator<Uint8Array> {
  const handle = await open(file);
  try {
    const { size } = await handle.stat();
    const buffer = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, size + 1));
    for (;;) {
      const { bytesRead } = await handle.read(buffer);
      if (bytesRead === 0) {
        return;
      }
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await handle.close();
  }
}

/** First and last hour under which there may be records of the range. */
function hoursOf({ from, to }: TimeRange): { readonly first: Date; readonly last: Date } {
  const hours = (time: Date) => Math.floor(time.getTime() / HOUR_MILLISECONDS);
  return {
    first: new Date((hours(from) - HOURS_AROUND) * HOUR_MILLISECONDS),
    last: new Date((hours(to) + HOURS_AROUND) * HOUR_MILLISECONDS),
  };
}

/** `yyyy/mm/dd/hh` */
function folderOf(hour: Date): string {
  return hour.toISOString().slice(0, 13).replace(/[-T]/g, "/");
}

const HOUR = /(?:^|\/)(\d{4})\/(\d\d)\/(\d\d)\/(\d\d)\/[^/]*$/;

function hourOf(name: string): Date | undefined {
  const match = HOUR.exec(name);
  if (match === null) {
    return undefined;
  }
  const [, year, month, day, hour] = match;
  const time = new Date(`${year}-${month}-${day}T${hour}:00:00Z`);
  return Number.isNaN(time.getTime()) ? undefined : time;
}
