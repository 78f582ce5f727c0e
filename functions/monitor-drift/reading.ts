/** What the bucket has of a window of time. */
import { paginateListObjectsV2, type S3Client } from "@aws-sdk/client-s3";
import { z } from "zod";
import { noCaptures, readCaptures } from "../../common/captures";
import { captureFilesInS3, type TimeRange } from "../../common/captures/files";
import { bodyOf, scoresOf, type CapturedRecord } from "../../common/captures/record";
import { forEachConcurrently } from "../../common/concurrency";
import type { WindowFigures } from "../../common/drift";
import { driftWindowSchema } from "../../common/driftWindow";
import { imageFeatures } from "../../common/imageFeatures";
import { PictureTally, type AnsweredPicture } from "../../common/pictureTally";
import { RecordReader } from "../../common/records";
import {
  capturePrefixOf,
  ERRORS,
  INFERENCE_PREFIXES,
  PARITY_INFERENCE_PREFIX,
} from "../../contract/inference";
import {
  DRIFT_FILES,
  driftWindowPrefix,
  type DriftBaseline,
  type DriftWindow,
} from "../../contract/monitoring";
import { ExampleFinder, EXAMPLES } from "./examples";

/** Where the data are. */
export interface Source {
  readonly s3: S3Client;
  readonly bucket: string;
  readonly endpointName: string;
}

export interface WindowReading extends WindowFigures {
  readonly finder: ExampleFinder;
  readonly leftOut: number;
  /** Keys of uploads that could not be decoded, and of those that reviewers corrected. */
  readonly undecodableKeys: readonly string[];
  readonly correctedKeys: readonly string[];
}

/** Requests for objects at the same time. */
const CONCURRENCY = 16;

/** Of how many days before, at the same time of day, the usual volume is made. */
const DAYS_BEFORE = 7;
const DAY_MILLISECONDS = 24 * 60 * 60 * 1000;

/** Errors of pictures that are refused for what they are. */
const UNDECODABLE: readonly string[] = [ERRORS.unreadableImage, ERRORS.imageTooLarge];

/** Reads all of a window. Memory does not grow with its pictures. */
export async function readWindow(
  source: Source,
  range: TimeRange,
  baseline: DriftBaseline,
): Promise<WindowReading> {
  const captured = await readPictures(source, range, baseline);
  const reader = new RecordReader(source.s3, source.bucket);
  const failures = await readFailures(source, range, reader);
  const answers = await readAnswers(source, range, reader);
  return {
    ...{ ...captured, ...failures, ...answers },
    leftOut: captured.leftOut + reader.damaged.length,
    earlierVolumes: await readVolumes(source, range),
  };
}

async function readPictures(
  { s3, bucket, endpointName }: Source,
  range: TimeRange,
  baseline: DriftBaseline,
) {
  const prefix = capturePrefixOf(endpointName);
  const counts = noCaptures();
  const tally = new PictureTally(Object.keys(baseline.classMix));
  const finder = new ExampleFinder(baseline);
  let leftOut = 0;
  for await (const record of readCaptures(
    captureFilesInS3(s3, bucket, prefix, range),
    range,
    counts,
  )) {
    if (record.inferenceId?.startsWith(PARITY_INFERENCE_PREFIX) === true) {
      continue;
    }
    const picture = pictureOf(record, tally.classes.length);
    if (picture === undefined) {
      leftOut += 1;
    } else {
      tally.add(picture);
      finder.add(picture, picture);
    }
  }
  for (const { lines } of Object.values(counts.unreadable)) {
    leftOut += lines;
  }
  return { tally, finder, leftOut };
}

function pictureOf(
  { input, output, inferenceId }: CapturedRecord,
  classes: number,
):
  | (AnsweredPicture & { readonly png: Buffer; readonly inferenceId: string | undefined })
  | undefined {
  const scores = output && scoresOf(output);
  if (input === undefined || scores?.length !== classes) {
    return undefined;
  }
  const png = bodyOf(input);
  try {
    return { scores, features: imageFeatures(png), png, inferenceId };
  } catch {
    // A request that was made past the workflow, with what the model takes and this does not.
    return undefined;
  }
}

const image = z.object({ key: z.string() });
const failureRecord = z.object({ image, error: z.string() });
const answerRecord = z.object({
  image,
  label: z.string().optional(),
  verdict: z.object({ label: z.string() }),
});

/** A failure counts when it was recorded last: a picture is refused at once, or never. */
async function readFailures(source: Source, range: TimeRange, reader: RecordReader) {
  const keys: string[] = [];
  let undecodable = 0;
  const { failed } = INFERENCE_PREFIXES;
  await forEachRecordKey(source, failed, range, async (key) => {
    const failure = await reader.read(failureRecord, key);
    if (failure !== undefined && UNDECODABLE.includes(failure.error)) {
      undecodable += 1;
      keys.push(...(keys.length < EXAMPLES ? [failure.image.key] : []));
    }
  });
  return { undecodable, undecodableKeys: keys };
}

/** An answer counts when it was given, for that is when it is known. */
async function readAnswers(source: Source, range: TimeRange, reader: RecordReader) {
  const keys: string[] = [];
  let [images, correct] = [0, 0];
  const { labels } = INFERENCE_PREFIXES;
  await forEachRecordKey(source, labels, range, async (key) => {
    const answer = await reader.read(answerRecord, key);
    if (answer === undefined) {
      return;
    }
    images += 1;
    if (answer.label === answer.verdict.label) {
      correct += 1;
    } else if (keys.length < EXAMPLES) {
      keys.push(answer.image.key);
    }
  });
  return { reviewed: { images, correct }, correctedKeys: keys };
}

/** Gives the key of every record under a prefix that was last written in that time. */
async function forEachRecordKey(
  { s3, bucket: Bucket }: Source,
  Prefix: string,
  { from, to }: TimeRange,
  take: (key: string) => Promise<void>,
): Promise<void> {
  for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, { Bucket, Prefix })) {
    const written = Contents.flatMap(({ Key = "", LastModified }) =>
      // What else there is, such as a folder made in the console, is no record.
      Key.endsWith(".json") && LastModified && LastModified >= from && LastModified < to
        ? [Key]
        : [],
    );
    await forEachConcurrently(written, CONCURRENCY, take);
  }
}

async function readVolumes(source: Source, { from, to }: TimeRange): Promise<readonly number[]> {
  const days = Array.from({ length: DAYS_BEFORE }, (_, index) => (index + 1) * DAY_MILLISECONDS);
  const before = (time: Date, by: number) => new Date(time.getTime() - by);
  const windows = await Promise.all(
    days.map((by) => findStatistics(source, { from: before(from, by), to: before(to, by) })),
  );
  return windows.flatMap((window) =>
    window === undefined ? [] : [window.images + window.undecodable],
  );
}

/** What is known of a window that was judged before; nothing where that is damaged. */
export async function findStatistics(
  { s3, bucket }: Pick<Source, "s3" | "bucket">,
  { from, to }: TimeRange,
): Promise<DriftWindow | undefined> {
  const key = driftWindowPrefix(from, to) + DRIFT_FILES.statistics;
  return new RecordReader(s3, bucket).read(driftWindowSchema, key);
}
