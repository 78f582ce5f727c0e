/** What failed, why, and whether it is worth another try. */
import { HeadObjectCommand, NotFound, paginateListObjectsV2 } from "@aws-sdk/client-s3";
import { z } from "zod";
import { forEachConcurrently } from "../../common/concurrency";
import { findText } from "../../common/objectText";
import { recordKey } from "../../common/recordKey";
import type { RecordReader } from "../../common/records";
import { TRANSFERS } from "../../common/s3";
import {
  ENDPOINT_DISABLED,
  ERRORS,
  IMAGE_PREFIXES,
  INFERENCE_PREFIXES,
} from "../../contract/inference";
import { isFolder, type ImageVersion } from "../objects";
import type { Workflow } from "../workflow";

/** An image that has no verdict, and what is known of it. */
export interface Unclassified {
  /** If it is another one than the workflow's. */
  readonly bucket?: string;
  readonly key: string;
  /** Null where nobody could tell which version was meant: the current one then. */
  readonly versionId: string | null;
  readonly error: string;
  /** Changes with each attempt, so that each is made once whoever asks for it. */
  readonly attempt: string;
}

const recordSchema = z.object({
  image: z.object({
    bucket: z.string(),
    key: z.string(),
    versionId: z.string().nullable(),
  }),
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

/** Whatever an image failed with that is in a bucket which the workflow may not read. */
const FOREIGN_BUCKET = "ForeignBucket";

/** Errors by their names; every other one is trouble of a service on the way. */
const EXPLANATIONS: Readonly<Record<string, Explanation>> = {
  [MISSING.stranded]: passing("its execution ended, or was stopped, without a record"),
  [MISSING.neverStarted]: passing("no execution has taken it"),
  [FOREIGN_BUCKET]: lasting(
    "it is in a bucket that the workflow does not read: `npm run classify` copies it",
  ),
  AccessDenied: lasting(
    `the workflow may not read it: images are under ${IMAGE_PREFIXES.join(" and ")}; ` +
      "if it is, mend what is in the way, and name this error",
  ),
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

/** What is under `failed/`. */
export interface Failures {
  /** Those that are still without a verdict. */
  readonly failures: readonly Unclassified[];
  /** How many have got one since. */
  readonly settled: number;
}

/**
 * Reads the records of failures.
 * @param prefix that the keys of the images begin with
 */
export async function findFailures(
  workflow: Workflow,
  prefix: string,
  reader: RecordReader,
): Promise<Failures> {
  const { s3, inferenceBucket: Bucket } = workflow;
  const records: { readonly key: string; readonly etag: string }[] = [];
  const input = { Bucket, Prefix: INFERENCE_PREFIXES.failed };
  for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, input)) {
    for (const { Key: key = "", ETag: etag = "", Size: size = 0 } of Contents) {
      if (!isFolder({ key, size })) {
        records.push({ key, etag });
      }
    }
  }
  const failures: Unclassified[] = [];
  let settled = 0;
  await forEachConcurrently(records, TRANSFERS, async ({ key: record, etag }) => {
    const failure = await reader.read(recordSchema, record);
    if (failure === undefined || !failure.image.key.startsWith(prefix)) {
      return;
    }
    const { image, error, execution } = failure;
    const { bucket, key, versionId } = image;
    const attempt = `${execution} ${etag}`;
    if (bucket !== Bucket) {
      failures.push({ bucket, key, versionId, error: FOREIGN_BUCKET, attempt });
      return;
    }
    const version = versionId ?? (await currentVersion(workflow, key));
    if (version !== undefined && (await hasVerdict(workflow, { key, versionId: version }))) {
      settled += 1;
    } else {
      const its = versionId === null ? `${attempt} ${version ?? ""}` : attempt;
      failures.push({ key, versionId, error, attempt: its });
    }
  });
  return { failures: failures.sort(byKey), settled };
}

/** The version that is classified where none is named; undefined when the image has gone. */
async function currentVersion(
  { s3, inferenceBucket: Bucket }: Workflow,
  Key: string,
): Promise<string | undefined> {
  try {
    return (await s3.send(new HeadObjectCommand({ Bucket, Key }))).VersionId;
  } catch (error) {
    if (error instanceof NotFound) {
      return undefined;
    }
    throw error;
  }
}

async function hasVerdict(
  { s3, inferenceBucket }: Workflow,
  image: ImageVersion,
): Promise<boolean> {
  const { accepted, review } = INFERENCE_PREFIXES;
  const found = await Promise.all(
    [accepted, review].map((kind) => findText(s3, inferenceBucket, recordKey(kind, image))),
  );
  return found.some((text) => text !== undefined);
}

export function byKey(one: Unclassified, other: Unclassified): number {
  return one.key < other.key ? -1 : one.key > other.key ? 1 : 0;
}
