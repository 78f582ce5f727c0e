/** Classifies once more what has no verdict, each image by an execution of its own. */
import { createHash } from "node:crypto";
import { forEachConcurrently } from "../../common/concurrency";
import type { ProgressTask } from "../../common/progress";
import type { ListedImage } from "../../contract/inference";
import { ended, startOrJoin } from "../executions";
import type { Workflow } from "../workflow";
import type { Unclassified } from "./failures";

/** Executions at once: a fleet that was overloaded must not be overloaded by its own replay. */
const CONCURRENCY = 20;

/** How the executions of a replay ended. */
export interface Replayed {
  readonly classified: number;
  /** Those that failed again, by error. */
  readonly failedAgain: ReadonlyMap<string, number>;
}

/**
 * An attempt has a name that is made of the image and of what is known of the last one: whoever
 * replays the same failure at the same time waits for the same execution.
 * @throws the signal's reason when it is aborted; executions that run go on
 */
export async function replay(
  { states, stateMachineArn, inferenceBucket }: Workflow,
  images: readonly Unclassified[],
  { signal, task }: { readonly signal: AbortSignal; readonly task: ProgressTask },
): Promise<Replayed> {
  const failedAgain = new Map<string, number>();
  let classified = 0;
  await forEachConcurrently(images, CONCURRENCY, async (image) => {
    signal.throwIfAborted();
    const { bucket = inferenceBucket, key, versionId, attempt } = image;
    const hash = createHash("sha256").update(JSON.stringify([key, versionId, attempt]));
    const request: ListedImage = { bucket, key, ...(versionId === null ? {} : { versionId }) };
    const name = `replay-${hash.digest("hex").slice(0, 40)}`;
    // Somebody else's replay may have had it since the failures were listed.
    const { executionArn } = await startOrJoin(states, stateMachineArn, name, request, true);
    const { status, error = status ?? "unknown" } = await ended(states, executionArn, signal);
    if (status === "SUCCEEDED") {
      classified += 1;
    } else {
      failedAgain.set(error, (failedAgain.get(error) ?? 0) + 1);
    }
    task.advance(1);
  });
  return { classified, failedAgain };
}
