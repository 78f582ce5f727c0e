/** What the drift monitor has found of late, as it is kept in the inference bucket. */
import { paginateListObjectsV2 } from "@aws-sdk/client-s3";
import type { TimeRange } from "../../common/captures/files";
import { forEachConcurrently } from "../../common/concurrency";
import { driftWindowSchema } from "../../common/driftWindow";
import type { RecordReader } from "../../common/records";
import { INFERENCE_PREFIXES } from "../../contract/inference";
import {
  DRIFT_FILES,
  DRIFT_PERIOD_HOURS,
  driftWindowPrefix,
  type DriftWindow,
} from "../../contract/monitoring";
import type { Workflow } from "../workflow";

/** Windows that are told, the latest: a week of hours. */
const MOST_WINDOWS = 168;
const REQUESTS = 8;
/** No window is longer. */
const LONGEST_MILLISECONDS = DRIFT_PERIOD_HOURS.day * 60 * 60 * 1000;

/** Windows of which some is in the range, oldest first. */
export async function findWindows(
  { s3, inferenceBucket: Bucket }: Pick<Workflow, "s3" | "inferenceBucket">,
  { from, to }: TimeRange,
  reader: RecordReader,
): Promise<readonly DriftWindow[]> {
  const keys: string[] = [];
  // Their names begin with the time.
  const first = new Date(from.getTime() - LONGEST_MILLISECONDS);
  const listing = {
    Bucket,
    Prefix: INFERENCE_PREFIXES.windows,
    StartAfter: driftWindowPrefix(first, first),
  };
  const end = driftWindowPrefix(to, to);
  for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, listing)) {
    const listed = Contents.map(({ Key = "" }) => Key);
    keys.push(...listed.filter((key) => isStatistics(key) && key < end));
  }
  const windows: DriftWindow[] = [];
  await forEachConcurrently(keys.slice(-MOST_WINDOWS), REQUESTS, async (key) => {
    const window = await reader.read(driftWindowSchema, key);
    if (window !== undefined) {
      windows.push(window);
    }
  });
  return windows
    .filter((window) => new Date(window.to) > from && new Date(window.from) < to)
    .sort((one, other) => one.from.localeCompare(other.from));
}

function isStatistics(key: string): boolean {
  return key.endsWith(`/${DRIFT_FILES.statistics}`);
}
