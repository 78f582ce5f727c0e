/** Where distributed maps read their items from, and write their results to: S3. */
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import {
  GetObjectCommand,
  paginateListObjectsV2,
  PutObjectCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { z } from "zod";
import { StateError } from "./errors";
import type { ChildResult, ResultSink } from "./mapRun";

const listParameters = z.strictObject({ Bucket: z.string(), Prefix: z.string().optional() });
const objectParameters = z.strictObject({ Bucket: z.string(), Key: z.string() });
const writeParameters = z.strictObject({ Bucket: z.string(), Prefix: z.string() });

/** Readers of datasets by the resource that an `ItemReader` names, without its partition. */
export const ITEM_READERS: ReadonlyMap<
  string,
  (s3: S3Client, parameters: unknown) => AsyncIterable<unknown>
> = new Map([
  ["states:::s3:listObjectsV2", listObjects],
  ["states:::s3:getObject", readLines],
]);

/** Writers of results by the resource that a `ResultWriter` names, without its partition. */
export const RESULT_WRITERS: ReadonlyMap<
  string,
  (s3: S3Client, parameters: unknown, mapRunArn: string) => ResultSink
> = new Map([
  [
    "states:::s3:putObject",
    (s3, parameters, arn) => new S3Results(s3, writeParameters.parse(parameters), arn),
  ],
]);

/** One item for each object ("ItemReader (Map)", Step Functions Developer Guide). */
async function* listObjects(s3: S3Client, parameters: unknown): AsyncGenerator<unknown> {
  const input = listParameters.parse(parameters);
  for await (const page of pagesOf(s3, input)) {
    for (const { ETag, Key, LastModified, Size, StorageClass } of page.Contents ?? []) {
      yield {
        Etag: ETag,
        Key,
        LastModified: Math.floor((LastModified?.getTime() ?? 0) / 1000),
        Size,
        StorageClass: StorageClass ?? "STANDARD",
      };
    }
  }
}

async function* pagesOf(s3: S3Client, input: z.infer<typeof listParameters>) {
  try {
    yield* paginateListObjectsV2({ client: s3 }, input);
  } catch (error) {
    throw readerFailed(`s3://${input.Bucket}/${input.Prefix ?? ""}`, error);
  }
}

/** One item for each line of a JSONL file. */
async function* readLines(s3: S3Client, parameters: unknown): AsyncGenerator<unknown> {
  const input = objectParameters.parse(parameters);
  const name = `s3://${input.Bucket}/${input.Key}`;
  const { Body } = await s3.send(new GetObjectCommand(input)).catch((error: unknown) => {
    throw readerFailed(name, error);
  });
  if (!(Body instanceof Readable)) {
    throw readerFailed(name, new Error("it has no content"));
  }
  let number = 0;
  for await (const line of createInterface({ input: Body, crlfDelay: Infinity })) {
    number += 1;
    if (line.trim() !== "") {
      yield parseLine(line, `${name}, line ${number}`);
    }
  }
}

function parseLine(line: string, where: string): unknown {
  try {
    return JSON.parse(line);
  } catch (error) {
    throw readerFailed(where, error);
  }
}

function readerFailed(name: string, error: unknown): StateError {
  const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return new StateError("States.ItemReaderFailed", `${name} cannot be read: ${reason}`);
}

/** Size at which a file of results is full, in characters; AWS's may be larger. */
const FILE_LENGTH = 1 << 20;

const FILES = ["FAILED", "PENDING", "SUCCEEDED"] as const;
type ResultFile = (typeof FILES)[number];

/**
 * Files of results and their manifest under `<prefix>/<map run>/` ("ResultWriter (Map)", Step
 * Functions Developer Guide). A full file is written at once, so that memory does not grow.
 */
class S3Results implements ResultSink {
  private readonly waiting: Record<ResultFile, string[]> = {
    FAILED: [],
    PENDING: [],
    SUCCEEDED: [],
  };
  private readonly files: Record<ResultFile, { Key: string; Size: number }[]> = {
    FAILED: [],
    PENDING: [],
    SUCCEEDED: [],
  };
  private readonly lengths: Record<ResultFile, number> = { FAILED: 0, PENDING: 0, SUCCEEDED: 0 };

  constructor(
    private readonly s3: S3Client,
    private readonly destination: z.infer<typeof writeParameters>,
    private readonly mapRunArn: string,
  ) {}

  async add(result: ChildResult): Promise<void> {
    const { arn, input, status } = result;
    const text = JSON.stringify({
      ExecutionArn: arn,
      Input: JSON.stringify(input),
      Name: arn.slice(arn.lastIndexOf(":") + 1),
      ...endOf(result),
      Status: status,
    });
    // What has been ended is among what has failed.
    const file = status === "ABORTED" ? "FAILED" : status;
    this.waiting[file].push(text);
    this.lengths[file] += text.length;
    if (this.lengths[file] >= FILE_LENGTH) {
      await this.flush(file);
    }
  }

  async finish(): Promise<unknown> {
    for (const file of FILES) {
      if (this.waiting[file].length > 0) {
        await this.flush(file);
      }
    }
    const { Bucket } = this.destination;
    const Key = this.keyOf("manifest.json");
    await this.put(
      Key,
      JSON.stringify({
        DestinationBucket: Bucket,
        MapRunArn: this.mapRunArn,
        ResultFiles: this.files,
      }),
    );
    return { MapRunArn: this.mapRunArn, ResultWriterDetails: { Bucket, Key } };
  }

  private async flush(file: ResultFile): Promise<void> {
    const text = `[${this.waiting[file].splice(0).join(",")}]`;
    this.lengths[file] = 0;
    const Key = this.keyOf(`${file}_${this.files[file].length}.json`);
    this.files[file].push({ Key, Size: Buffer.byteLength(text) });
    await this.put(Key, text);
  }

  private async put(Key: string, text: string): Promise<void> {
    const { Bucket } = this.destination;
    try {
      await this.s3.send(new PutObjectCommand({ Bucket, Key, Body: text }));
    } catch (error) {
      const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
      throw new StateError("States.ResultWriterFailed", `s3://${Bucket}/${Key}: ${reason}`);
    }
  }

  private keyOf(file: string): string {
    const run = this.mapRunArn.slice(this.mapRunArn.lastIndexOf(":") + 1);
    return `${this.destination.Prefix.replace(/\/$/, "")}/${run}/${file}`;
  }
}

/** How a child has ended, and when; nothing of one that was never started. */
function endOf(result: ChildResult): object {
  if (result.status === "PENDING") {
    return {};
  }
  const times = {
    StartDate: new Date(result.startedAt).toISOString(),
    StopDate: new Date().toISOString(),
  };
  switch (result.status) {
    case "SUCCEEDED":
      return { ...times, Output: JSON.stringify(result.output) };
    case "FAILED":
      return { ...times, Error: result.error.name, Cause: result.error.message };
    case "ABORTED":
      return times;
  }
}
