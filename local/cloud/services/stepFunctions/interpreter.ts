/** Runs one execution of a state machine. */
import { setTimeout as setTimer } from "node:timers";
import { setTimeout as sleep } from "node:timers/promises";
import { matches } from "./choices";
import { iterate } from "./iterations";
import type { Definition, MapState, Retrier, State, States, TaskState } from "./definition";
import { StateError } from "./errors";
import { WAITS_FOR_TOKEN, type WaitingTask } from "./taskTokens";
import { fillTemplate, readPath, writePath, type Scope } from "./paths";

/** Largest input or output of a state ("Step Functions service quotas"). */
const MOST_STATE_BYTES = 262_144;

/** Errors that `States.ALL` does not match ("Handling errors in Step Functions workflows"). */
const NEVER_CAUGHT_BY_ALL = ["States.DataLimitExceeded", "States.Runtime"];

/** Calls the service behind a task's resource ARN; rejects with a {@link StateError}. */
export type TaskRunner = (resource: string, parameters: unknown) => Promise<unknown>;

/** The part of the context object that is the same in every state. */
export interface ExecutionContext {
  readonly Execution: {
    readonly Id: string;
    readonly Name: string;
    readonly RoleArn: string;
    readonly StartTime: string;
    readonly Input: unknown;
  };
  readonly StateMachine: { readonly Id: string; readonly Name: string };
  /** In the iterations of a map. */
  readonly Map?: { readonly Item: { readonly Index: number; readonly Value: unknown } };
}

/** Runs a distributed map; resolves to its result. Rejects with a {@link StateError}. */
export type MapRunner = (state: MapState, scope: Scope) => Promise<unknown>;

export interface InterpreterOptions {
  readonly definition: Definition;
  readonly context: ExecutionContext;
  readonly runTask: TaskRunner;
  readonly runMap: MapRunner;
  /** Opens a task that ends when its token comes back. */
  readonly issueToken: () => WaitingTask;
  /** Told how long each visit of a state took. */
  readonly onState?: (state: string, milliseconds: number, type: State["Type"]) => void;
  /** Waits between retries; real time unless a test says otherwise. */
  readonly pause?: (milliseconds: number) => Promise<unknown>;
  readonly random?: () => number;
}

interface Step {
  readonly output: unknown;
  /** The next state; none ends the execution. */
  readonly next: string | undefined;
}

/**
 * Runs the execution to its end.
 * @returns the output of the last state
 * @throws StateError when the execution fails, with the name and cause that AWS would report
 */
export async function interpret(options: InterpreterOptions): Promise<unknown> {
  const { definition, context } = options;
  const run = runStates(definition, context.Execution.Input, options);
  return definition.TimeoutSeconds === undefined
    ? run
    : withTimeout(run, definition.TimeoutSeconds, `Execution ${context.Execution.Name}`);
}

async function runStates(
  { StartAt, States }: States,
  input: unknown,
  options: InterpreterOptions,
): Promise<unknown> {
  const { context } = options;
  let data = input;
  let name: string | undefined = StartAt;
  while (name !== undefined) {
    const state: State | undefined = States[name];
    if (state === undefined) {
      throw new StateError("States.Runtime", `There is no state ${name}`);
    }
    checkSize(data, name);
    const entered = performance.now();
    const scope = {
      data,
      context: { ...context, State: { Name: name, EnteredTime: new Date().toISOString() } },
    };
    const visited = name;
    const step: Step = await runState(state, scope, options).finally(() => {
      options.onState?.(visited, performance.now() - entered, state.Type);
    });
    data = step.output;
    name = step.next;
  }
  return data;
}

async function runState(state: State, scope: Scope, options: InterpreterOptions): Promise<Step> {
  switch (state.Type) {
    case "Task":
      return retried(state, scope, options, () => attempt(state, scope, options));
    case "Map":
      return retried(state, scope, options, () => attemptMap(state, scope, options));
    case "Fail":
      throw new StateError(
        state.ErrorPath === undefined
          ? (state.Error ?? "States.Runtime")
          : String(readPath(state.ErrorPath, scope)),
        state.CausePath === undefined
          ? (state.Cause ?? "")
          : String(readPath(state.CausePath, scope)),
      );
    case "Choice": {
      const input = through(state.InputPath, scope);
      const rule = state.Choices.find((candidate) => matches(candidate, input));
      const next = rule?.Next ?? state.Default;
      if (next === undefined) {
        throw new StateError("States.NoChoiceMatched", "No choice matched and there is no default");
      }
      return { output: through(state.OutputPath, input).data, next };
    }
    case "Pass": {
      const input = through(state.InputPath, scope);
      const result =
        state.Result ??
        (state.Parameters === undefined ? input.data : fillTemplate(state.Parameters, input));
      const data = writePath(state.ResultPath, input.data, result);
      return { output: through(state.OutputPath, { ...scope, data }).data, next: state.Next };
    }
    case "Wait":
      await (options.pause ?? sleep)(state.Seconds * 1000);
      return { output: through(state.OutputPath, scope).data, next: state.Next };
    case "Succeed":
      return { output: through(state.OutputPath, scope).data, next: undefined };
  }
}

/** Attempts what a state does until it succeeds, its retriers give up, or a catcher takes over. */
async function retried(
  state: TaskState | MapState,
  scope: Scope,
  options: InterpreterOptions,
  attempt: () => Promise<unknown>,
): Promise<Step> {
  const attempts = new Map<Retrier, number>();
  for (;;) {
    try {
      return { output: await attempt(), next: state.Next };
    } catch (error) {
      if (!(error instanceof StateError)) {
        throw error;
      }
      const retrier = state.Retry.find(({ ErrorEquals }) => isNamed(error, ErrorEquals));
      const attempted = retrier === undefined ? 0 : (attempts.get(retrier) ?? 0);
      if (retrier !== undefined && attempted < retrier.MaxAttempts) {
        attempts.set(retrier, attempted + 1);
        await (options.pause ?? sleep)(
          retryDelay(retrier, attempted, options.random ?? Math.random),
        );
        continue;
      }
      const catcher = state.Catch.find(({ ErrorEquals }) => isNamed(error, ErrorEquals));
      if (catcher === undefined) {
        throw error;
      }
      const caught = { Error: error.name, Cause: error.message };
      return { output: writePath(catcher.ResultPath, scope.data, caught), next: catcher.Next };
    }
  }
}

async function attempt(
  state: TaskState,
  scope: Scope,
  options: InterpreterOptions,
): Promise<unknown> {
  const input = through(state.InputPath, scope);
  const result = state.Resource.endsWith(WAITS_FOR_TOKEN)
    ? await attemptWaiting(state, input, options)
    : await runWithin(state, () => options.runTask(state.Resource, parametersOf(state, input)));
  checkSize(result, state.Resource);
  return outputOf(state, input, result);
}

async function attemptMap(
  state: MapState,
  scope: Scope,
  options: InterpreterOptions,
): Promise<unknown> {
  const input = through(state.InputPath, scope);
  const result =
    state.ItemProcessor.ProcessorConfig.Mode === "DISTRIBUTED"
      ? await options.runMap(state, input)
      : await runInlineMap(state, input, options);
  return outputOf(state, input, result);
}

/** Iterations that run at once ("Inline mode", Step Functions Developer Guide). */
const MOST_INLINE_ITERATIONS = 40;

/** The results of the iterations, in the order of the items; the first that fails fails the map. */
async function runInlineMap(
  state: MapState,
  input: Scope,
  options: InterpreterOptions,
): Promise<readonly unknown[]> {
  const items = itemsAt(state, input);
  const atOnce = Math.min(state.MaxConcurrency || MOST_INLINE_ITERATIONS, MOST_INLINE_ITERATIONS);
  const results: unknown[] = items.map(() => undefined);
  await iterate(items.entries(), atOnce, async ([index, value]) => {
    const context = { ...options.context, Map: { Item: { Index: index, Value: value } } };
    const selected = selectItem(state, value, { ...input, context });
    results[index] = await runStates(state.ItemProcessor, selected, { ...options, context });
  });
  return results;
}

/** What an iteration is given of an item: what the map's selector makes of it, or the item. */
export function selectItem({ ItemSelector }: MapState, item: unknown, scope: Scope): unknown {
  return ItemSelector === undefined ? item : fillTemplate(ItemSelector, scope);
}

/**
 * What is at a map's `ItemsPath`.
 * @throws StateError `States.Runtime` when that is no array
 */
export function itemsAt({ ItemsPath }: MapState, input: Scope): readonly unknown[] {
  const items = readPath(ItemsPath, input);
  if (!Array.isArray(items)) {
    throw new StateError("States.Runtime", `${ItemsPath} is no array`);
  }
  return items;
}

function outputOf(state: TaskState | MapState, input: Scope, result: unknown): unknown {
  const selected =
    state.ResultSelector === undefined
      ? result
      : fillTemplate(state.ResultSelector, { ...input, data: result });
  const data = writePath(state.ResultPath, input.data, selected);
  return through(state.OutputPath, { ...input, data }).data;
}

/** Calls the service with a token in the context, and waits until the token comes back. */
async function attemptWaiting(
  state: TaskState,
  input: Scope,
  options: InterpreterOptions,
): Promise<unknown> {
  const task = options.issueToken();
  const context: unknown = Object.assign({}, input.context, { Task: { Token: task.token } });
  const parameters = parametersOf(state, { ...input, context });
  const resource = state.Resource.slice(0, -WAITS_FOR_TOKEN.length);
  try {
    return await runWithin(state, async () => {
      // The token may come back before the service has answered.
      await Promise.race([options.runTask(resource, parameters), task.answer]);
      return state.HeartbeatSeconds === undefined
        ? task.answer
        : withHeartbeat(task, state.HeartbeatSeconds, state.Resource);
    });
  } finally {
    task.close();
  }
}

function parametersOf(state: TaskState, input: Scope): unknown {
  const parameters =
    state.Parameters === undefined ? input.data : fillTemplate(state.Parameters, input);
  checkSize(parameters, state.Resource);
  return parameters;
}

function runWithin(state: TaskState, work: () => Promise<unknown>): Promise<unknown> {
  return state.TimeoutSeconds === undefined
    ? work()
    : withTimeout(work(), state.TimeoutSeconds, state.Resource);
}

async function withHeartbeat(task: WaitingTask, seconds: number, what: string): Promise<unknown> {
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<never>((_resolve, reject) => {
    const wait = () => {
      clearTimeout(timer);
      timer = setTimer(() => {
        reject(new StateError("States.HeartbeatTimeout", `${what} was silent for ${seconds} s`));
      }, seconds * 1000).unref();
    };
    task.onHeartbeat(wait);
    wait();
  });
  try {
    return await Promise.race([task.answer, silence]);
  } finally {
    clearTimeout(timer);
    silence.catch(() => undefined);
  }
}

/** Narrows the scope's data to what is at the path; `null` stands for an empty object. */
function through(path: string | null, scope: Scope): Scope {
  return { ...scope, data: path === null ? {} : readPath(path, scope) };
}

function isNamed(error: StateError, names: readonly string[]): boolean {
  return names.some(
    (name) =>
      name === error.name ||
      (name === "States.ALL" && !NEVER_CAUGHT_BY_ALL.includes(error.name)) ||
      (name === "States.TaskFailed" && error.name !== "States.Timeout"),
  );
}

function retryDelay(retrier: Retrier, attempted: number, random: () => number): number {
  const seconds = Math.min(
    retrier.IntervalSeconds * retrier.BackoffRate ** attempted,
    retrier.MaxDelaySeconds ?? Number.POSITIVE_INFINITY,
  );
  return seconds * 1000 * (retrier.JitterStrategy === "FULL" ? random() : 1);
}

function checkSize(data: unknown, where: string): void {
  const bytes = jsonBytes(data);
  if (bytes > MOST_STATE_BYTES) {
    throw new StateError(
      "States.DataLimitExceeded",
      `${where}: ${bytes} bytes exceed the limit of ${MOST_STATE_BYTES}`,
    );
  }
}

/** Of values that were measured before: data goes from state to state, and is never changed. */
const measured = new WeakMap<object, number>();

/** Length of a value's JSON in UTF-8. */
function jsonBytes(value: unknown): number {
  if (typeof value !== "object" || value === null) {
    return Buffer.byteLength(JSON.stringify(value) ?? "");
  }
  const known = measured.get(value);
  if (known !== undefined) {
    return known;
  }
  const bytes = Buffer.byteLength(JSON.stringify(value) ?? "");
  measured.set(value, bytes);
  return bytes;
}

async function withTimeout<T>(work: Promise<T>, seconds: number, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    const wait = (rest: number) => {
      // A longer timer of Node.js would end at once.
      const next = Math.min(rest, LONGEST_TIMER_MILLISECONDS);
      timer = setTimer(() => {
        if (rest > next) {
          wait(rest - next);
        } else {
          reject(new StateError("States.Timeout", `${what} took longer than ${seconds} s`));
        }
      }, next).unref();
    };
    wait(seconds * 1000);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Longest time of one timer of Node.js. */
const LONGEST_TIMER_MILLISECONDS = 2 ** 31 - 1;
