/** Executions of a deployed state machine: how long they took, and which way they went. */
import {
  DescribeStateMachineCommand,
  paginateGetExecutionHistory,
  paginateListExecutions,
  type ExecutionListItem,
  type HistoryEvent,
  type SFNClient,
} from "@aws-sdk/client-sfn";
import type { TimeRange } from "../../common/captures/files";
import { forEachConcurrently } from "../../common/concurrency";
import { pathsOf, type Machine } from "./report";

/** Executions whose way is asked for: each is a request, of which there are few in a second. */
const MOST_HISTORIES = 50;
/** Executions whose time is told. */
const MOST_EXECUTIONS = 10_000;
const REQUESTS = 4;

export interface Executions {
  /** Of those that have ended, the latest. */
  readonly milliseconds: readonly number[];
  /** Of the latest of them. */
  readonly machine: Machine;
}

export async function findExecutions(
  states: SFNClient,
  stateMachineArn: string,
  { from, to }: TimeRange,
): Promise<Executions> {
  const { definition = "" } = await states.send(
    new DescribeStateMachineCommand({ stateMachineArn }),
  );
  const ended: ExecutionListItem[] = [];
  // The latest come first ("ListExecutions", Step Functions API Reference).
  listing: for await (const page of paginateListExecutions(
    { client: states },
    { stateMachineArn, maxResults: 1000 },
  )) {
    for (const execution of page.executions ?? []) {
      const { startDate, stopDate } = execution;
      if (startDate === undefined || startDate < from || ended.length >= MOST_EXECUTIONS) {
        break listing;
      }
      if (stopDate !== undefined && startDate < to) {
        ended.push(execution);
      }
    }
  }
  const ways: string[][] = [];
  await forEachConcurrently(ended.slice(0, MOST_HISTORIES), REQUESTS, async ({ executionArn }) => {
    const events: HistoryEvent[] = [];
    const input = { executionArn: executionArn ?? "", includeExecutionData: false };
    for await (const page of paginateGetExecutionHistory({ client: states }, input)) {
      events.push(...(page.events ?? []));
    }
    ways.push(wayOf(events));
  });
  return {
    milliseconds: ended.map(
      ({ startDate, stopDate }) => (stopDate?.getTime() ?? 0) - (startDate?.getTime() ?? 0),
    ),
    machine: { definition, paths: pathsOf(ways) },
  };
}

/** The states that were entered, without those of the items of a map. */
function wayOf(events: readonly HistoryEvent[]): string[] {
  const way: string[] = [];
  let isInMap = false;
  for (const { type, stateEnteredEventDetails } of events) {
    if (type === "MapStateExited") {
      isInMap = false;
    }
    if (!isInMap && stateEnteredEventDetails?.name !== undefined) {
      way.push(stateEnteredEventDetails.name);
    }
    if (type === "MapStateEntered") {
      isInMap = true;
    }
  }
  return way;
}
