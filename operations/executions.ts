/** Executions of the workflow that a command starts, and waits for. */
import { setTimeout as sleep } from "node:timers/promises";
import {
  DescribeExecutionCommand,
  DescribeMapRunCommand,
  ExecutionAlreadyExists,
  paginateListMapRuns,
  StartExecutionCommand,
  type DescribeExecutionCommandOutput,
  type SFNClient,
} from "@aws-sdk/client-sfn";
import type { ClassificationRequest } from "../contract/inference";

/** Milliseconds between two questions: short at first, for a short list is done in seconds. */
const POLL = { first: 250, most: 10_000, growth: 1.5 };

/** Executions of one name: the first, and those that went on where one has ended too early. */
const MOST_ATTEMPTS = 100;

/** Items of a distributed map: those read so far, and those that are through. */
export interface ItemCounts {
  readonly total: number;
  readonly done: number;
}

/** There is no name left for another execution. */
export class TooManyAttemptsError extends Error {
  override readonly name = "TooManyAttemptsError";
}

/** An execution that was started, or found. */
interface Started {
  readonly executionArn: string;
  /** Whether somebody else has started it, maybe with another request. */
  readonly isJoined: boolean;
}

/**
 * Starts an execution, or finds the one of this name that has not ended. A name is good for one
 * execution in ninety days: when that has ended, the next one is called `<name>-2`.
 * @param isOnce whether one that has succeeded is as good as one that runs
 */
export async function startOrJoin(
  states: SFNClient,
  stateMachineArn: string,
  name: string,
  request: ClassificationRequest,
  isOnce = false,
): Promise<Started> {
  for (let attempt = 1; attempt <= MOST_ATTEMPTS; attempt += 1) {
    const its = attempt === 1 ? name : `${name}-${attempt}`;
    try {
      const { executionArn = "" } = await states.send(
        new StartExecutionCommand({ stateMachineArn, name: its, input: JSON.stringify(request) }),
      );
      return { executionArn, isJoined: false };
    } catch (error) {
      if (!(error instanceof ExecutionAlreadyExists)) {
        throw error;
      }
      const executionArn = `${stateMachineArn.replace(":stateMachine:", ":execution:")}:${its}`;
      const { status } = await states.send(new DescribeExecutionCommand({ executionArn }));
      if (status === "RUNNING" || (isOnce && status === "SUCCEEDED")) {
        return { executionArn, isJoined: true };
      }
    }
  }
  throw new TooManyAttemptsError(
    `${MOST_ATTEMPTS} executions were called ${name}: give the run another name`,
  );
}

/**
 * Waits until an execution has ended.
 * @param counted told how far its distributed map has come, if it has one
 */
export async function ended(
  states: SFNClient,
  executionArn: string,
  signal: AbortSignal,
  counted: (counts: ItemCounts) => void = () => undefined,
): Promise<DescribeExecutionCommandOutput> {
  for (let wait = POLL.first; ; wait = Math.min(wait * POLL.growth, POLL.most)) {
    const found = await states.send(new DescribeExecutionCommand({ executionArn }));
    for await (const page of paginateListMapRuns({ client: states }, { executionArn })) {
      for (const { mapRunArn } of page.mapRuns ?? []) {
        const { itemCounts } = await states.send(new DescribeMapRunCommand({ mapRunArn }));
        const { total = 0, succeeded = 0, failed = 0 } = itemCounts ?? {};
        counted({ total, done: succeeded + failed });
      }
    }
    if (found.status !== "RUNNING") {
      return found;
    }
    await sleep(wait, undefined, { signal }).catch(() => {
      signal.throwIfAborted();
    });
  }
}
