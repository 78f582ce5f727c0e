/**
 * A distributed map: items of a dataset in S3, or of the state's input, in batches, each a child
 * execution of its own ("Using Map state in Distributed mode", Step Functions Developer Guide).
 */
import { randomUUID } from "node:crypto";
import { iterate } from "./iterations";
import type { MapState } from "./definition";
import { StateError } from "./errors";
import { itemsAt, selectItem } from "./interpreter";
import { fillTemplate, type Scope } from "./paths";

/**
 * Items that are worked on at once, in however many child executions: AWS has 10,000 of these, this
 * process a few cores and functions that each work on two events. What waits longer for them is in
 * memory for longer.
 */
const MOST_ITEMS_AT_ONCE = 80;

/** Child executions that run at once, however small they are. */
const MOST_CHILDREN = 40;

/** Failures of child executions whose reasons are kept. */
const MOST_FAILURES = 10;

/** How a map run comes along, as `DescribeMapRun` tells it. */
export interface MapRun {
  readonly arn: string;
  /** What is none of the others is being worked on. */
  readonly itemCounts: {
    total: number;
    pending: number;
    succeeded: number;
    failed: number;
    aborted: number;
  };
  /** The first few child executions that failed, and why. */
  readonly failures: { readonly error: string; readonly cause: string }[];
}

/** A child execution when the map run is over. */
export type ChildResult = { readonly arn: string; readonly input: unknown } & (
  | { readonly status: "SUCCEEDED"; readonly startedAt: number; readonly output: unknown }
  | { readonly status: "FAILED"; readonly startedAt: number; readonly error: StateError }
  | { readonly status: "ABORTED"; readonly startedAt: number }
  | { readonly status: "PENDING" }
);

/** Keeps the results of child executions. */
export interface ResultSink {
  add(result: ChildResult): Promise<void>;
  /** The result of the whole map. */
  finish(): Promise<unknown>;
}

/** What a map run needs of its surroundings. */
export interface MapRunServices {
  /** Reads the dataset that an `ItemReader` names, with its parameters filled in. */
  readItems(
    reader: NonNullable<MapState["ItemReader"]>,
    parameters: unknown,
  ): AsyncIterable<unknown>;
  /** Where a `ResultWriter` keeps results, with its parameters filled in. */
  writeResults(
    writer: NonNullable<MapState["ResultWriter"]>,
    parameters: unknown,
    mapRunArn: string,
  ): ResultSink;
  /**
   * Runs one child execution; rejects with a {@link StateError} when it fails, and with an
   * `AbortError` when the signal has ended it.
   */
  runChild(state: MapState, arn: string, input: unknown, signal: AbortSignal): Promise<unknown>;
  /** Ends the run early when aborted. */
  readonly signal: AbortSignal;
}

/**
 * Runs a distributed map to its end. That comes early when more has failed than is tolerated: then no
 * child is started any more, and those that run are ended ("Tolerated failure threshold for Distributed
 * Map state", Step Functions Developer Guide). All items are read before the first child starts, for
 * what is tolerated may be a share of them.
 * @param stateMachine name of the machine, part of the ARNs of the run and its children
 * @param started told of the run before the first item is read
 * @returns the results of all children, or where the results are
 * @throws StateError `States.ExceedToleratedFailureThreshold` when more items failed than are
 *   tolerated, and whatever reading the dataset throws
 */
export async function runDistributedMap(
  state: MapState,
  input: Scope,
  { arnPrefix, stateMachine }: { readonly arnPrefix: string; readonly stateMachine: string },
  services: MapRunServices,
  started: (run: MapRun) => void,
): Promise<unknown> {
  const label = `${stateMachine}/${state.Label ?? "Map"}`;
  const itemCounts = { total: 0, pending: 0, succeeded: 0, failed: 0, aborted: 0 };
  const run: MapRun = {
    arn: `${arnPrefix}:mapRun:${label}:${randomUUID()}`,
    itemCounts,
    failures: [],
  };
  started(run);
  const { ResultWriter: writer } = state;
  const sink =
    writer === undefined
      ? new ResultList()
      : services.writeResults(writer, fillTemplate(writer.Parameters, input), run.arn);
  const all: Batch[] = [];
  for await (const batch of batches(state, input, services)) {
    services.signal.throwIfAborted();
    all.push(batch);
    itemCounts.total += batch.items;
    itemCounts.pending += batch.items;
  }

  const failing = new AbortController();
  const signal = AbortSignal.any([services.signal, failing.signal]);
  const runChild = async ({ input, items }: Batch): Promise<ChildResult> => {
    services.signal.throwIfAborted();
    const arn = `${arnPrefix}:express:${label}:${randomUUID()}:${randomUUID()}`;
    if (failing.signal.aborted) {
      return { arn, input, status: "PENDING" };
    }
    const child = { arn, input, startedAt: Date.now() };
    itemCounts.pending -= items;
    try {
      const output = await services.runChild(state, arn, input, signal);
      itemCounts.succeeded += items;
      return { ...child, status: "SUCCEEDED", output };
    } catch (error) {
      services.signal.throwIfAborted();
      if (failing.signal.aborted && isAbortion(error)) {
        itemCounts.aborted += items;
        return { ...child, status: "ABORTED" };
      }
      if (!(error instanceof StateError)) {
        throw error;
      }
      itemCounts.failed += items;
      if (run.failures.length < MOST_FAILURES) {
        run.failures.push({ error: error.name, cause: error.message });
      }
      if (isIntolerable(state, itemCounts)) {
        failing.abort();
      }
      return { ...child, status: "FAILED", error };
    }
  };
  await iterate(all, childrenAtOnce(state), async (batch) => sink.add(await runChild(batch)));

  const result = await sink.finish();
  if (failing.signal.aborted) {
    const { failed, total } = itemCounts;
    throw new StateError(
      "States.ExceedToleratedFailureThreshold",
      `The specified tolerated failure threshold was exceeded: ${failed} of ${total} items failed`,
    );
  }
  return result;
}

/** Of two thresholds either decides; without any nothing may fail. */
function isIntolerable(
  { ToleratedFailureCount: count, ToleratedFailurePercentage: percentage }: MapState,
  { failed, total }: MapRun["itemCounts"],
): boolean {
  const mostFailed = count ?? (percentage === undefined ? 0 : total);
  return failed > mostFailed || failed * 100 > total * (percentage ?? 100);
}

function isAbortion(error: unknown): boolean {
  return error instanceof Error && error.name === "AbortError";
}

function childrenAtOnce({ MaxConcurrency, ItemBatcher }: MapState): number {
  const fitting = Math.floor(MOST_ITEMS_AT_ONCE / (ItemBatcher?.MaxItemsPerBatch ?? 1));
  return Math.min(MaxConcurrency || MOST_CHILDREN, MOST_CHILDREN, Math.max(1, fitting));
}

/** The input of a child execution, and the number of items in it. */
interface Batch {
  readonly input: unknown;
  readonly items: number;
}

async function* batches(
  state: MapState,
  input: Scope,
  services: MapRunServices,
): AsyncGenerator<Batch> {
  const { ItemReader: reader, ItemBatcher: batcher } = state;
  const source =
    reader === undefined
      ? itemsAt(state, input)
      : services.readItems(reader, fillTemplate(reader.Parameters, input));
  let index = 0;
  let batch: unknown[] = [];
  const whole = () => {
    const { BatchInput: template } = batcher ?? {};
    const more = template === undefined ? {} : { BatchInput: fillTemplate(template, input) };
    const full = { input: { ...more, Items: batch }, items: batch.length };
    batch = [];
    return full;
  };
  for await (const value of source) {
    const context = { ...(input.context as object), Map: { Item: { Index: index, Value: value } } };
    const selected = selectItem(state, value, { ...input, context });
    index += 1;
    if (batcher === undefined) {
      yield { input: selected, items: 1 };
      continue;
    }
    batch.push(selected);
    if (batch.length === batcher.MaxItemsPerBatch) {
      yield whole();
    }
  }
  if (batch.length > 0) {
    yield whole();
  }
}

/** Without a writer the map's result is the list of its children's. */
class ResultList implements ResultSink {
  private readonly outputs: unknown[] = [];

  add(result: ChildResult): Promise<void> {
    if (result.status === "SUCCEEDED") {
      this.outputs.push(result.output);
    }
    return Promise.resolve();
  }

  finish(): Promise<unknown> {
    return Promise.resolve(this.outputs);
  }
}
