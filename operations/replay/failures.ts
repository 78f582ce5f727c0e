/** What failed, why, and whether it is worth another try. */
import { paginateListObjectsV2 } from "@aws-sdk/client-s3";
import { z } from "zod";
import { forEachConcurrently } from "../../common/concurrency";
import { findText } from "../../common/objectText";
import { recordKey } from "../../common/recordKey";
import { TRANSFERS } from "../../common/s3";
import { ENDPOINT_DISABLED, ERRORS, INFERENCE_PREFIXES } from "../../contract/inference";
import { parseRecord } from "../objects";
import type { Workflow } from "../workflow";

/** An image that has no verdict, and what is known of it. */
export interface Unclassified {
  readonly key: string;
  /** Null where nobody could tell which version was meant: the current one then. */
  readonly versionId: string | null;
  readonly error: string;
  /** Changes with each attempt, so that each is made once whoever asks for it. */
  readonly attempt: string;
}

const recordSchema = z.object({
  image: z.object({ key: z.string(), versionId: z.string().nullable() }),
  error: z.string(),
  execution: z.string(),
});

/** What a person has to know of an error. */
export interface Explanation {
  /** Whether the same image may be classified now, with nothing changed. */
  readonly isPassing: boolean;
  readonly text: string;
}

/** Errors, so to say, of images that left no record. */
export const MISSING = {
  /** Its execution ended without one: it was stopped, or timed out as a whole. */
  stranded: "Stranded",
  /** No execution has ever taken it. */
  neverStarted: "NeverStarted",
} as const;

/** Errors by their names; every other one is trouble of a service on the way. */
const EXPLANATIONS: Readonly<Record<string, Explanation>> = {
  [MISSING.stranded]: passing("its execution ended, or was stopped, without a record"),
  [MISSING.neverStarted]: passing("no execution has taken it"),
  [ENDPOINT_DISABLED]: passing("the endpoint was switched off"),
  [ERRORS.endpointUnavailable]: passing("the endpoint was throttling, not ready or failing"),
  [ERRORS.imageNotFound]: lasting("it was deleted before it was read: upload it again"),
  [ERRORS.unreadableImage]: lasting("it is damaged, or in no format that is read: upload another"),
  [ERRORS.imageTooLarge]: lasting(
    "it has more pixels than `workflow.maxPixels`: raise that, update, and name this error",
  ),
  [ERRORS.modelRejectedInput]: lasting("the model's container refused it: look into its log"),
  [ERRORS.malformedInference]: lasting(
    "endpoint and functions do not agree on the classes: update the stack, and name this error",
  ),
  [ERRORS.invalidEnvironment]: lasting(
    "the functions are not configured: update the stack, and name this error",
  ),
  [ERRORS.invalidEvent]: lasting("the execution was started with an input that names no image"),
};

export function explain(error: string): Explanation {
  return EXPLANATIONS[error] ?? passing("a service on the way failed or took too long");
}

function passing(text: string): Explanation {
  return { isPassing: true, text };
}

function lasting(text: string): Explanation {
  return { isPassing: false, text };
}

/**
 * Reads the records of failures.
 * @param prefix that the keys of the images begin with
 * @returns those that are still without a verdict, and how many have got one since
 * @throws RecordError when one is not what the state machine writes
 */
export async function findFailures(
  { s3, inferenceBucket: bucket }: Workflow,
  prefix: string,
): Promise<{ readonly failures: readonly Unclassified[]; readonly settled: number }> {
  const { accepted, review, failed } = INFERENCE_PREFIXES;
  const keys: { readonly key: string; readonly etag: string }[] = [];
  for await (const { Contents = [] } of paginateListObjectsV2(
    { client: s3 },
    { Bucket: bucket, Prefix: failed },
  )) {
    keys.push(...Contents.map(({ Key: key = "", ETag: etag = "" }) => ({ key, etag })));
  }
  const failures: Unclassified[] = [];
  let settled = 0;
  await forEachConcurrently(keys, TRANSFERS, async ({ key: record, etag }) => {
    const text = await findText(s3, bucket, record);
    if (text === undefined) {
      return;
    }
    const { image, error, execution } = parseRecord(recordSchema, record, text);
    if (!image.key.startsWith(prefix)) {
      return;
    }
    const { key, versionId } = image;
    const verdicts =
      versionId === null
        ? []
        : [accepted, review].map((kind) => recordKey(kind, { key, versionId }));
    const found = await Promise.all(verdicts.map((each) => findText(s3, bucket, each)));
    if (found.some((each) => each !== undefined)) {
      settled += 1;
    } else {
      failures.push({ key, versionId, error, attempt: `${execution} ${etag}` });
    }
  });
  return { failures: failures.sort(byKey), settled };
}

export function byKey(one: Unclassified, other: Unclassified): number {
  return one.key < other.key ? -1 : one.key > other.key ? 1 : 0;
}
