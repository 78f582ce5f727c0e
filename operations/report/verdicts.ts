/** Images of a time and what became of them, told by their records, captures and answers. */
import { paginateListObjectsV2, type S3Client } from "@aws-sdk/client-s3";
import { z } from "zod";
import { noCaptures, readCaptures, type CaptureCounts } from "../../common/captures";
import { captureFilesInS3, type TimeRange } from "../../common/captures/files";
import { forEachConcurrently } from "../../common/concurrency";
import { findText } from "../../common/objectText";
import { recordKey } from "../../common/recordKey";
import {
  capturePrefixOf,
  INFERENCE_PREFIXES,
  PARITY_INFERENCE_PREFIX,
  type Answer,
} from "../../contract/inference";
import { parseRecord } from "../objects";
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

export interface Verdicts {
  /** The latest, in the order of time. */
  readonly images: readonly ClassifiedImage[];
  /** Of the last verdict. */
  readonly threshold: number | undefined;
  /** All records of the time, of which these images are the latest. */
  readonly records: number;
  readonly captured: CaptureCounts;
}

/** @param most images that are told; the latest of all */
export async function findVerdicts(
  { s3, inferenceBucket, endpointName }: Workflow,
  range: TimeRange,
  most: number,
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
    const text = await findText(s3, inferenceBucket, key);
    if (text === undefined) {
      return;
    }
    if (key.startsWith(failed)) {
      const { image: its, error } = parseRecord(failureRecord, key, text);
      images[place] = { key: its.key, at, ending: { verdict: "failed", error } };
      return;
    }
    const { image: its, inferenceId, ...verdict } = parseRecord(verdictRecord, key, text);
    const truth =
      verdict.verdict === "review" ? await answerOn(s3, inferenceBucket, its) : undefined;
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
    for (const { Key: key = "", LastModified } of Contents) {
      const at = LastModified?.getTime() ?? 0;
      if (at >= from.getTime() && at < to.getTime()) {
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
  s3: S3Client,
  bucket: string,
  its: z.infer<typeof verdictRecord>["image"],
): Promise<string | undefined> {
  const text = await findText(s3, bucket, recordKey(INFERENCE_PREFIXES.labels, its));
  if (text === undefined) {
    return undefined;
  }
  const { decision, label } = JSON.parse(text) as Answer;
  return decision === "label" ? label : "none of these";
}
