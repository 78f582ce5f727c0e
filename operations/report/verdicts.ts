/** Images of a time and what became of them, told by their records, captures and answers. */
import { paginateListObjectsV2, type S3Client } from "@aws-sdk/client-s3";
import { z } from "zod";
import { noCaptures, readCaptures, type CaptureCounts } from "../../common/captures";
import { captureFilesInS3, type TimeRange } from "../../common/captures/files";
import { forEachConcurrently } from "../../common/concurrency";
import { recordKey } from "../../common/recordKey";
import type { RecordReader } from "../../common/records";
import {
  capturePrefixOf,
  INFERENCE_PREFIXES,
  PARITY_INFERENCE_PREFIX,
} from "../../contract/inference";
import { isFolder } from "../objects";
import type { Workflow } from "../workflow";
import type { ClassifiedImage } from "./report";

/** Objects that are read at the same time. */
const TRANSFERS = 16;

const image = z.object({ key: z.string(), versionId: z.string().nullable() });
const verdictRecord = z.object({
  image: image.extend({ versionId: z.string() }),
  inferenceId: z.string(),
  verdict: z.enum(["accepted", "review"]),
  label: z.string(),
  confidence: z.number(),
  threshold: z.number(),
  scores: z.record(z.string(), z.number()),
});
const failureRecord = z.object({ image, error: z.string() });
const answerRecord = z.object({
  decision: z.enum(["label", "none", "undecided"]),
  label: z.string().optional(),
});

export interface Verdicts {
  /** The latest, in the order of time. */
  readonly images: readonly ClassifiedImage[];
  /** Of the last verdict. */
  readonly threshold: number | undefined;
  /** All records of the time, of which these images are the latest. */
  readonly records: number;
  readonly captured: CaptureCounts;
}

/**
 * Without those images whose records are damaged.
 * @param most images that are told; the latest of all
 */
export async function findVerdicts(
  { s3, inferenceBucket, endpointName }: Workflow,
  range: TimeRange,
  most: number,
  reader: RecordReader,
): Promise<Verdicts> {
  const { accepted, review, failed } = INFERENCE_PREFIXES;
  const listed = (
    await Promise.all(
      [accepted, review, failed].map((prefix) => recordsUnder(s3, inferenceBucket, prefix, range)),
    )
  ).flat();
  listed.sort((one, other) => one.at - other.at);
  const captured = noCaptures();
  const pictures = await capturedPictures(s3, inferenceBucket, endpointName, range, captured);
  const images: (ClassifiedImage | undefined)[] = [];
  let threshold: number | undefined;
  const latest = listed.slice(-most);
  await forEachConcurrently([...latest.entries()], TRANSFERS, async ([place, { key, at }]) => {
    if (key.startsWith(failed)) {
      const failure = await reader.read(failureRecord, key);
      if (failure !== undefined) {
        const { image: its, error } = failure;
        images[place] = { key: its.key, at, ending: { verdict: "failed", error } };
      }
      return;
    }
    const record = await reader.read(verdictRecord, key);
    if (record === undefined) {
      return;
    }
    const { image: its, inferenceId, ...verdict } = record;
    const truth = verdict.verdict === "review" ? await answerOn(its, reader) : undefined;
    const capture = pictures.get(inferenceId);
    threshold = verdict.threshold;
    images[place] = {
      ...{ key: its.key, at: capture?.at ?? at, ending: verdict },
      ...(capture === undefined ? {} : { png: capture.png }),
      ...(truth === undefined ? {} : { truth }),
    };
  });
  return {
    images: images.filter((each) => each !== undefined),
    ...{ threshold, records: listed.length, captured },
  };
}

async function recordsUnder(
  s3: S3Client,
  Bucket: string,
  Prefix: string,
  { from, to }: TimeRange,
): Promise<readonly { readonly key: string; readonly at: number }[]> {
  const records: { readonly key: string; readonly at: number }[] = [];
  for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, { Bucket, Prefix })) {
    for (const { Key: key = "", Size: size = 0, LastModified } of Contents) {
      const at = LastModified?.getTime() ?? 0;
      if (!isFolder({ key, size }) && at >= from.getTime() && at < to.getTime()) {
        records.push({ key, at });
      }
    }
  }
  return records;
}

interface CapturedPicture {
  readonly at: number;
  readonly png: Buffer;
}

/** What the endpoint was shown, by inference: the pictures that are kept are small. */
async function capturedPictures(
  s3: S3Client,
  bucket: string,
  endpointName: string,
  range: TimeRange,
  counts: CaptureCounts,
): Promise<ReadonlyMap<string, CapturedPicture>> {
  const pictures = new Map<string, CapturedPicture>();
  const files = captureFilesInS3(s3, bucket, capturePrefixOf(endpointName), range);
  for await (const { inferenceId, time, input } of readCaptures(files, range, counts)) {
    const isLive = inferenceId !== undefined && !inferenceId.startsWith(PARITY_INFERENCE_PREFIX);
    if (isLive && input?.encoding === "BASE64" && input.contentType === "image/png") {
      pictures.set(inferenceId, { at: time.getTime(), png: Buffer.from(input.body) });
      const [oldest = ""] = pictures.keys();
      if (pictures.size > MOST_CAPTURED) {
        pictures.delete(oldest);
      }
    }
  }
  return pictures;
}

/** Pictures that are remembered, the latest: of three kilobytes each. */
const MOST_CAPTURED = 20_000;

/** What a reviewer has said of an image, if one has. */
async function answerOn(
  its: z.infer<typeof verdictRecord>["image"],
  reader: RecordReader,
): Promise<string | undefined> {
  const answer = await reader.read(answerRecord, recordKey(INFERENCE_PREFIXES.labels, its));
  if (answer === undefined) {
    return undefined;
  }
  return answer.decision === "label" ? answer.label : "none of these";
}
