/** Images of which nothing is known: no verdict, no failure, and nobody at work on them. */
import { DescribeExecutionCommand, ExecutionDoesNotExist } from "@aws-sdk/client-sfn";
import { GetObjectCommand, NoSuchKey } from "@aws-sdk/client-s3";
import { z } from "zod";
import { claimKey } from "../../common/recordKey";
import type { RecordReader } from "../../common/records";
import { INFERENCE_PREFIXES } from "../../contract/inference";
import { isFolder, Records, versionsUnder, type ImageVersion } from "../objects";
import type { Workflow } from "../workflow";
import { MISSING, type Unclassified } from "./failures";

/**
 * An upload has its execution within seconds, and the child executions of a distributed map, of
 * which nobody can be asked, end after five minutes: what is older is waited for in vain.
 */
const GRACE_MINUTES = 15;

/**
 * Compares uploads with records: every version under `incoming/`, and of `batches/` those that an
 * execution has claimed.
 * @param prefix that the keys of the images begin with
 */
export async function findMissing(
  workflow: Workflow,
  prefix: string,
  reader: RecordReader,
  graceMinutes = GRACE_MINUTES,
): Promise<readonly Unclassified[]> {
  const { s3, inferenceBucket: bucket } = workflow;
  const found: Unclassified[] = [];
  const before = Date.now() - graceMinutes * 60_000;
  for (const place of [INFERENCE_PREFIXES.incoming, INFERENCE_PREFIXES.batches]) {
    const under = place.startsWith(prefix) ? place : prefix;
    if (!under.startsWith(place)) {
      continue;
    }
    const records = await Records.under(s3, bucket, under);
    for await (const version of versionsUnder(s3, bucket, under)) {
      if (
        isFolder(version) ||
        version.modified.getTime() > before ||
        (await records.keyOf(version)) !== undefined
      ) {
        continue;
      }
      const claim = await findClaim(workflow, version, reader);
      const { key, versionId } = version;
      if (claim === undefined) {
        if (place === INFERENCE_PREFIXES.incoming) {
          found.push({ key, versionId, error: MISSING.neverStarted, attempt: "first" });
        }
      } else if (
        claim.execution !== undefined &&
        claim.made < before &&
        !(await isRunning(workflow, claim.execution))
      ) {
        found.push({ key, versionId, error: MISSING.stranded, attempt: claim.execution });
      }
    }
  }
  return found;
}

const claimSchema = z.object({ execution: z.string() });

/**
 * Who has taken a version, and when, in milliseconds since 1970. Of a claim that is damaged nobody
 * knows whose it is.
 */
async function findClaim(
  { s3, inferenceBucket: Bucket }: Workflow,
  image: ImageVersion,
  reader: RecordReader,
): Promise<{ readonly execution: string | undefined; readonly made: number } | undefined> {
  const Key = claimKey(image);
  try {
    const found = await s3.send(new GetObjectCommand({ Bucket, Key }));
    const text = (await found.Body?.transformToString()) ?? "";
    const execution = reader.parse(claimSchema, Key, text)?.execution;
    return { execution, made: found.LastModified?.getTime() ?? 0 };
  } catch (error) {
    if (error instanceof NoSuchKey) {
      return undefined;
    }
    throw error;
  }
}

/** Of a child of a distributed map nobody can be asked; the grace is longer than it lasts. */
async function isRunning({ states }: Workflow, executionArn: string): Promise<boolean> {
  if (!executionArn.includes(":execution:")) {
    return false;
  }
  try {
    const { status } = await states.send(new DescribeExecutionCommand({ executionArn }));
    return status === "RUNNING";
  } catch (error) {
    // Step Functions forgets executions ninety days after their end.
    if (error instanceof ExecutionDoesNotExist) {
      return false;
    }
    throw error;
  }
}
