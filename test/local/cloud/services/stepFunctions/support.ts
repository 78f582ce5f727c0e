/** Runs state machines for tests, with no service behind them. */
import { parseDefinition } from "../../../../../local/cloud/services/stepFunctions/definition";
import { StateError } from "../../../../../local/cloud/services/stepFunctions/errors";
import {
  interpret,
  type TaskRunner,
} from "../../../../../local/cloud/services/stepFunctions/interpreter";
import { TaskTokens } from "../../../../../local/cloud/services/stepFunctions/taskTokens";

const CONTEXT = {
  Execution: {
    Id: "arn:aws:states:us-east-1:000000000000:execution:machine:run",
    Name: "run",
    RoleArn: "arn:aws:iam::000000000000:role/states",
    StartTime: "2026-01-01T00:00:00.000Z",
  },
  StateMachine: {
    Id: "arn:aws:states:us-east-1:000000000000:stateMachine:machine",
    Name: "machine",
  },
};

interface Outcome {
  readonly output?: unknown;
  readonly error?: Error;
  readonly pauses: readonly number[];
  readonly visited: readonly string[];
}

interface Run {
  readonly states: Record<string, unknown>;
  readonly input?: unknown;
  readonly runTask?: TaskRunner;
  readonly timeoutSeconds?: number;
}

/** Runs a machine that starts at its first state; pauses are noted, not waited for. */
export async function run({ states, input = {}, runTask, timeoutSeconds }: Run): Promise<Outcome> {
  const pauses: number[] = [];
  const visited: string[] = [];
  const definition = parseDefinition(
    JSON.stringify({
      StartAt: Object.keys(states)[0],
      States: states,
      TimeoutSeconds: timeoutSeconds,
    }),
  );
  const outcome = await interpret({
    definition,
    context: { ...CONTEXT, Execution: { ...CONTEXT.Execution, Input: input } },
    runTask: runTask ?? (() => Promise.reject(new Error("No task was expected"))),
    runMap: () => Promise.reject(new Error("No distributed map was expected")),
    issueToken: () => new TaskTokens(new AbortController().signal).issue("machine"),
    onState: (name) => visited.push(name),
    pause: (milliseconds) => {
      pauses.push(milliseconds);
      return Promise.resolve();
    },
    random: () => 0.5,
  }).then(
    (output) => ({ output }),
    (error: unknown) => ({ error: error as Error }),
  );
  return { pauses, visited, ...outcome };
}

/** A task that fails with each error in turn, then answers "done". */
export function failing(...errors: string[]): TaskRunner {
  const left = [...errors];
  return () => {
    const name = left.shift();
    return name === undefined
      ? Promise.resolve("done")
      : Promise.reject(new StateError(name, `cause of ${name}`));
  };
}

export const TASK = {
  Type: "Task",
  Resource: "arn:aws:states:::lambda:invoke",
  End: true,
} as const;
