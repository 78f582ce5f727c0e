/**
 * Uploads images at a rate that does not depend on the answers, and watches for their records. An
 * image's time begins when it was due, not when it could be sent: a target that slows the sender
 * down must not look faster for it.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { paginateListObjectsV2, PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { z } from "zod";
import type { DamagedRecord } from "../../../common/recordError";
import { RecordReader } from "../../../common/records";
import { INFERENCE_PREFIXES } from "../../../contract/inference";
import { dueAt, type LoadPlan } from "./schedule";

/** Shortest pause between two looks at the records, in milliseconds; they take a quarter of the time. */
const LEAST_PAUSE = 50;

/** A longer timer of Node.js would end at once. */
const LONGEST_TIMER = 2 ** 31 - 1;

export interface Target {
  readonly s3: S3Client;
  readonly inferenceBucket: string;
}

export interface LoadOptions extends LoadPlan {
  /** Under `incoming/`: no other run may have it. */
  readonly name: string;
  readonly pictures: readonly Buffer[];
  /** Seconds after the last upload until what has no record counts as lost. */
  readonly patience: number;
  readonly signal: AbortSignal;
  readonly onProgress: (sent: number, ended: number) => void;
}

export const VERDICTS = ["accepted", "review", "failed"] as const;
export type Verdict = (typeof VERDICTS)[number];

/** What became of one image. */
export interface Sample {
  /** Milliseconds after the start at which it was due. */
  readonly due: number;
  /** From then to when its record was seen. */
  readonly latency: number;
  readonly verdict: Verdict;
}

export interface LoadResult {
  readonly sent: number;
  /** Uploads that were refused, by the error's name. */
  readonly refused: Readonly<Record<string, number>>;
  /** In the order in which records were seen. */
  readonly samples: readonly Sample[];
  /** Of images that failed, by the error's name. */
  readonly errors: Readonly<Record<string, number>>;
  /** Records of failures that cannot be read. */
  readonly damaged: readonly DamagedRecord[];
  /** Keys of images that were taken in and have no record. */
  readonly lost: readonly string[];
  /** Those that have more than one. */
  readonly doubled: readonly string[];
  /** From the first upload to the last record. */
  readonly seconds: number;
  /** Longest pause between two looks at the records, in milliseconds: no latency is more exact. */
  readonly resolution: number;
}

interface Sent {
  readonly key: string;
  readonly due: number;
}

/** @throws what the signal is aborted with, or an error of S3's about listing */
export async function measureLoad(target: Target, options: LoadOptions): Promise<LoadResult> {
  const started = performance.now();
  const uploads = new Uploads(target, options, started);
  const records = new Records(target, options.name, started);
  const sending = uploads.sendAll();
  // Whether it fails is asked below.
  sending.catch(() => undefined);
  let isSent = false;
  const finished = sending.finally(() => (isSent = true));
  finished.catch(() => undefined);
  let patience = Number.POSITIVE_INFINITY;
  for (;;) {
    options.signal.throwIfAborted();
    await records.look();
    options.onProgress(uploads.sent.size, records.seen.size);
    if (isSent) {
      await finished;
      patience = Math.min(patience, performance.now() + options.patience * 1000);
      const hasAll = [...uploads.sent.keys()].every((image) => records.seen.has(image));
      if (hasAll || performance.now() > patience) {
        break;
      }
    }
    await sleep(Math.max(LEAST_PAUSE, 3 * records.lookTime), undefined, { signal: options.signal });
  }
  // A second record of an image that has one may come late, too.
  await records.look();
  const reader = new RecordReader(target.s3, target.inferenceBucket);
  const errors = await records.errors(reader);
  return { ...resultOf(uploads, records), errors, damaged: reader.damaged };
}

function resultOf(uploads: Uploads, records: Records): Omit<LoadResult, "errors" | "damaged"> {
  const samples: Sample[] = [];
  for (const [image, { at, verdicts }] of records.seen) {
    const upload = uploads.sent.get(image);
    const [verdict] = verdicts;
    if (upload !== undefined && verdict !== undefined) {
      samples.push({ due: upload.due, latency: at - upload.due, verdict });
    }
  }
  const keysOf = (images: readonly string[]) =>
    images.map((image) => uploads.sent.get(image)?.key ?? image);
  return {
    sent: uploads.sent.size,
    refused: uploads.refused,
    samples,
    lost: keysOf([...uploads.sent.keys()].filter((image) => !records.seen.has(image))),
    doubled: keysOf(
      [...records.seen].filter(([, { verdicts }]) => verdicts.length > 1).map(([image]) => image),
    ),
    seconds: ([...records.seen.values()].at(-1)?.at ?? 0) / 1000,
    resolution: records.resolution,
  };
}

/** Sends the images, each when it is due. */
class Uploads {
  /** By `<key>/<version>`, as records are named. */
  readonly sent = new Map<string, Sent>();
  readonly refused: Record<string, number> = {};

  constructor(
    private readonly target: Target,
    private readonly options: LoadOptions,
    private readonly started: number,
  ) {}

  async sendAll(): Promise<void> {
    const { images, signal } = this.options;
    const underWay: Promise<void>[] = [];
    for (let index = 0; index < images; index += 1) {
      const due = dueAt(index, this.options);
      const wait = () => this.started + due - performance.now();
      while (wait() > 0) {
        await sleep(Math.min(wait(), LONGEST_TIMER), undefined, { signal });
      }
      signal.throwIfAborted();
      underWay.push(this.send(index, due));
    }
    await Promise.all(underWay);
  }

  private async send(index: number, due: number): Promise<void> {
    const { pictures, name } = this.options;
    const key = `${INFERENCE_PREFIXES.incoming}${name}/${index}.png`;
    const input = {
      ...{ Bucket: this.target.inferenceBucket, Key: key, ContentType: "image/png" },
      Body: pictures[index % pictures.length] as Buffer,
    };
    try {
      const { VersionId = "null" } = await this.target.s3.send(new PutObjectCommand(input));
      this.sent.set(`${key}/${VersionId}`, { key, due });
    } catch (error) {
      const reason = error instanceof Error ? error.name : String(error);
      this.refused[reason] = (this.refused[reason] ?? 0) + 1;
    }
  }
}

const failure = z.object({ error: z.string() });

/** The records of a run, as far as they were seen. */
class Records {
  /** By `<key>/<version>`: when the first was seen, and all verdicts that there are. */
  readonly seen = new Map<string, { readonly at: number; readonly verdicts: Verdict[] }>();
  /** How long the last look took, in milliseconds. */
  lookTime = 0;
  resolution = 0;
  private lastLook: number;

  constructor(
    private readonly target: Target,
    private readonly name: string,
    private readonly started: number,
  ) {
    this.lastLook = started;
  }

  async look(): Promise<void> {
    const begin = performance.now();
    await Promise.all(VERDICTS.map((verdict) => this.list(verdict)));
    const end = performance.now();
    this.lookTime = end - begin;
    this.resolution = Math.max(this.resolution, end - this.lastLook);
    this.lastLook = end;
  }

  /** Names of errors, of all images that failed. */
  async errors(reader: RecordReader): Promise<Readonly<Record<string, number>>> {
    const counts: Record<string, number> = {};
    for (const [image, { verdicts }] of this.seen) {
      if (verdicts.includes("failed")) {
        const record = await reader.read(failure, `${INFERENCE_PREFIXES.failed}${image}.json`);
        if (record !== undefined) {
          counts[record.error] = (counts[record.error] ?? 0) + 1;
        }
      }
    }
    return counts;
  }

  private async list(verdict: Verdict): Promise<void> {
    const prefix = INFERENCE_PREFIXES[verdict];
    const listed = {
      Bucket: this.target.inferenceBucket,
      Prefix: `${prefix}${INFERENCE_PREFIXES.incoming}${this.name}/`,
    };
    for await (const page of paginateListObjectsV2({ client: this.target.s3 }, listed)) {
      const at = performance.now() - this.started;
      for (const { Key = "" } of page.Contents ?? []) {
        const image = Key.slice(prefix.length).replace(/\.json$/, "");
        const verdicts = this.seen.get(image)?.verdicts ?? [];
        if (verdicts.length === 0) {
          this.seen.set(image, { at, verdicts });
        }
        if (!verdicts.includes(verdict)) {
          verdicts.push(verdict);
        }
      }
    }
  }
}
