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
const CHUNK_BYTES = 256 * 1024;

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
      const file = captureFileInS3(s3, bucket, key);
      if (file.hour !== undefined && file.hour > last) {
        return;
      }
      if (key.endsWith(".jsonl")) {
        yield file;
      }
    }
  }
}

/** One file in S3. */
export function captureFileInS3(s3: S3Client, bucket: string, key: string): CaptureFile {
  return fileAt(`s3://${bucket}/${key}`, key, () => openObject(s3, bucket, key));
}

function fileAt(name: string, place: string, open: CaptureFile["open"]): CaptureFile {
  const hour = hourOf(place);
  return { name, ...(hour && { hour }), open };
}

/** Opens an object; of one that is small all is read before it is given out. */
async function openObject(s3: S3Client, Bucket: string, Key: string): Promise<Chunks> {
  try {
    const body = bodyOfObject(s3, Bucket, Key);
    const read: Buffer[] = [];
    for (let bytes = 0; bytes <= CHUNK_BYTES; bytes += read.at(-1)?.length ?? 0) {
      const { done, value } = await body.next();
      if (done === true) {
        return read;
      }
      read.push(value);
    }
    return andThen(read, body);
  } catch (error) {
    if (error instanceof Error && error.name === "NoSuchKey") {
      throw new CaptureFileGoneError(`s3://${Bucket}/${Key} is not there any more`);
    }
    throw error;
  }
}

/** Times that a transfer that broke off is taken up again; the SDK itself only repeats requests. */
const RESUMPTIONS = 3;

/** The bytes of an object; a transfer that breaks off goes on where it was. */
async function* bodyOfObject(s3: S3Client, Bucket: string, Key: string): AsyncGenerator<Buffer> {
  let read = 0;
  let version: { readonly IfMatch?: string } = {};
  for (let attempt = 0; ; attempt += 1) {
    const Range = read === 0 ? {} : { Range: `bytes=${read}-` };
    const input = { Bucket, Key, ...Range, ...version };
    const { Body, ETag } = await s3.send(new GetObjectCommand(input));
    version = ETag === undefined ? {} : { IfMatch: ETag };
    try {
      for await (const chunk of Body as Readable as AsyncIterable<Buffer>) {
        read += chunk.length;
        yield chunk;
      }
      return;
    } catch (error) {
      if (attempt === RESUMPTIONS) {
        throw error;
      }
    }
  }
}

async function* andThen(first: readonly Buffer[], rest: AsyncIterable<Buffer>) {
  yield* first;
  yield* rest;
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
      const file = fileAt(name, name.split(path.sep).join("/"), () =>
        Promise.resolve(chunksOf(name)),
      );
      if (file.hour === undefined || (file.hour >= first && file.hour <= last)) {
        yield file;
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
