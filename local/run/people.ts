/** What people do with a running stack: one decides about a doubtful picture, another replays. */
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { SFNClient, StartExecutionCommand } from "@aws-sdk/client-sfn";
import { INFERENCE_PREFIXES } from "../../contract/inference";
import { RecordReader } from "../../common/records";
import { ended } from "../../operations/executions";
import { findFailures } from "../../operations/replay/failures";
import { replay } from "../../operations/replay/replay";
import type { Workflow } from "../../operations/workflow";
import type { Cloud } from "../cloud";
import { answerReview, type ReviewedCloud } from "./reviewer";
import type { Classification } from "./traffic";

/** A doubtful picture that was decided on the page of reviewers. */
export interface ReviewSummary {
  readonly key: string;
  /** What the model took it for, and how sure it was. */
  readonly label: string;
  readonly confidence: number;
  /** What was answered. */
  readonly decision: string;
}

/** A failure that was replayed, as `npm run replay` does. */
export interface ReplaySummary {
  readonly key: string;
  readonly error: string;
  /** Executions that ended with a verdict. */
  readonly classified: number;
}

/** What people have done; nothing where there was nothing to do. */
export interface PeopleSummary {
  readonly review?: ReviewSummary;
  readonly replay?: ReplaySummary;
}

/**
 * Decides about the first doubtful picture by what it really is.
 * @param classes in label order
 * @returns nothing if the model was sure of all
 */
export async function reviewOne(
  cloud: ReviewedCloud,
  classifications: readonly Classification[],
  classes: readonly string[],
): Promise<ReviewSummary | undefined> {
  const doubtful = classifications.find(({ verdict }) => verdict?.verdict === "review");
  if (doubtful?.verdict === undefined) {
    return undefined;
  }
  const { verdict, image } = doubtful;
  const answer = await answerReview(cloud, verdict, classes[image.label] ?? "");
  const { label, confidence } = verdict;
  const decision = answer.label ?? answer.decision;
  return { key: verdict.image.key, label, confidence, decision };
}

/** Execution that fails on purpose, so that there is something to replay. */
export const REHEARSAL = {
  name: "asked-for-too-early",
  key: `${INFERENCE_PREFIXES.batches}asked-for-too-early.png`,
} as const;

/**
 * Asks for a picture before it is there, which fails; brings it, and replays that failure.
 */
export async function replayOne(
  cloud: Cloud,
  target: Omit<Workflow, "s3" | "states">,
  png: Buffer,
  signal: AbortSignal,
): Promise<ReplaySummary> {
  const session = cloud.deployerSession();
  const workflow = { ...target, s3: new S3Client(session), states: new SFNClient(session) };
  const { s3, states, stateMachineArn, inferenceBucket: bucket } = workflow;
  try {
    const { name, key } = REHEARSAL;
    const input = JSON.stringify({ bucket, key });
    const { executionArn = "" } = await states.send(
      new StartExecutionCommand({ stateMachineArn, name, input }),
    );
    await ended(states, executionArn, signal);
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: png }));
    const { failures } = await findFailures(workflow, key, new RecordReader(s3, bucket));
    const task = { advance: () => undefined, done: () => undefined };
    const { classified } = await replay(workflow, failures, { signal, task });
    return { key, error: failures[0]?.error ?? "", classified };
  } finally {
    s3.destroy();
    states.destroy();
  }
}
