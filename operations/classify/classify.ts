/** Classifies many images by the deployed workflow, and goes on where an earlier attempt ended. */
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { forEachConcurrently } from "../../common/concurrency";
import type { Progress } from "../../common/progress";
import { TRANSFERS } from "../../common/s3";
import {
  INFERENCE_PREFIXES,
  MANIFEST_END,
  type ClassificationRequest,
} from "../../contract/inference";
import { ended, startOrJoin } from "../executions";
import { Records } from "../objects";
import { UsageError, type Workflow } from "../workflow";
import { bringImages, type Placed } from "./bring";
import type { Source } from "./sources";

/**
 * Images that one execution takes as a list. What all of them end with is its output, of which
 * there may be 256 KiB ("Step Functions service quotas"): with a hundred classes and the longest
 * keys, a verdict has some 6 KiB.
 */
const MOST_LISTED = 20;

/** All images where the workflow reads them, and what is known of them when nothing runs any more. */
export interface Outcome {
  readonly placed: readonly Placed[];
  readonly records: Records;
  /** For how many images executions were waited for: as a list, and by a manifest. */
  readonly asked: { readonly listed: number; readonly inBatches: number };
  /** Why the execution ended early, if it did. */
  readonly failure?: { readonly error: string; readonly cause: string };
}

export interface ClassifyOptions {
  /** Names the run: its folder in the bucket, and its executions. */
  readonly run: string;
  readonly signal: AbortSignal;
  readonly progress: Progress;
}

/** A name that is part of a key and of the name of an execution, both of limited length. */
export function checkedRunName(name: string): string {
  if (!/^[a-zA-Z0-9][a-zA-Z0-9_-]{0,59}$/.test(name)) {
    throw new UsageError(
      `A run is named with 1 to 60 letters, digits, hyphens and underlines, not ${JSON.stringify(name)}`,
    );
  }
  return name;
}

/**
 * Brings the images to the workflow, starts it on all that have no record yet, and waits for it. An
 * execution that fails is not started again: it has its reason, and what it left is in the outcome.
 * @throws SourceError; the signal's reason when it is aborted: the execution goes on, and so does the
 *   next call with the same images
 */
export async function classifyImages(
  workflow: Workflow,
  sources: readonly Source[],
  options: ClassifyOptions,
): Promise<Outcome> {
  const { run, signal, progress } = options;
  const folder = `${INFERENCE_PREFIXES.batches}${run}/`;
  const task = progress.start("bring", sources.length, "images");
  const placed = await bringImages(workflow, sources, folder, { signal, task });
  task.done();

  const asked = { listed: 0, inBatches: 0 };
  let known = await whatIsKnown(workflow, placed);
  while (known.pending.length > 0) {
    signal.throwIfAborted();
    const before = known.pending.length;
    asked[isListed(before) ? "listed" : "inBatches"] += before;
    const { isJoined, failure } = await runOnce(workflow, known.pending, options);
    known = await whatIsKnown(workflow, placed);
    if (failure !== undefined) {
      return { placed, records: known.records, asked, failure };
    }
    // An execution that was joined may have been about other images.
    if (known.pending.length === before && !isJoined) {
      // They are claimed by executions that are not ours.
      break;
    }
  }
  return { placed, records: known.records, asked };
}

/** Whether that many go along with the request, and not as a manifest beside it. */
function isListed(images: number): boolean {
  return images <= MOST_LISTED;
}

async function whatIsKnown({ s3, inferenceBucket }: Workflow, placed: readonly Placed[]) {
  const records = await Records.under(s3, inferenceBucket, commonFolder(placed));
  const pending: Placed[] = [];
  await forEachConcurrently(placed, TRANSFERS, async (image) => {
    if ((await records.keyOf(image)) === undefined) {
      pending.push(image);
    }
  });
  return { records, pending };
}

/** The folder that all images are in, with its slash; nothing where there is none. */
function commonFolder(images: readonly { readonly key: string }[]): string {
  const [first, ...others] = images.map(({ key }) => key.split("/").slice(0, -1));
  let length = first?.length ?? 0;
  for (const folders of others) {
    const differs = folders.findIndex((folder, index) => folder !== first?.[index]);
    length = Math.min(length, differs === -1 ? folders.length : differs);
  }
  return (first ?? [])
    .slice(0, length)
    .map((folder) => `${folder}/`)
    .join("");
}

/** One execution for all images that are left, or the one of the run's name that is under way. */
async function runOnce(
  workflow: Workflow,
  pending: readonly Placed[],
  { run, signal, progress }: ClassifyOptions,
): Promise<{ readonly isJoined: boolean; readonly failure: Outcome["failure"] }> {
  const { states, stateMachineArn } = workflow;
  const request = await requestFor(workflow, pending, run);
  const name = `classify-${run}`;
  const { executionArn, isJoined } = await startOrJoin(states, stateMachineArn, name, request);
  progress.note(`execution: ${executionArn}`);
  const task = progress.start("classify", pending.length, "images");
  let counted = 0;
  const { status, error, cause } = await ended(states, executionArn, signal, ({ done }) => {
    task.advance(done - counted);
    counted = done;
  });
  task.advance(pending.length - counted);
  task.done();
  const failure =
    status === "SUCCEEDED"
      ? undefined
      : { error: error ?? status ?? "unknown", cause: cause ?? "no reason was given" };
  return { isJoined, failure };
}

/** A short list goes along with the request; a long one is put beside the run's folder. */
async function requestFor(
  { s3, inferenceBucket }: Workflow,
  pending: readonly Placed[],
  run: string,
): Promise<ClassificationRequest> {
  const images = pending.map(({ key, versionId }) => ({ bucket: inferenceBucket, key, versionId }));
  if (isListed(images.length)) {
    return { images };
  }
  const manifest = `${INFERENCE_PREFIXES.batches}${run}${MANIFEST_END}`;
  const Body = images.map((each) => `${JSON.stringify(each)}\n`).join("");
  await s3.send(new PutObjectCommand({ Bucket: inferenceBucket, Key: manifest, Body }));
  return { manifest };
}
