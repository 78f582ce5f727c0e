/** Tasks that wait until somebody hands their token back ("Wait for a Callback with Task Token"). */
import { randomBytes } from "node:crypto";
import { AwsError } from "../../protocol";
import { StateError } from "./errors";

/** Ends the resource of a task that waits. */
export const WAITS_FOR_TOKEN = ".waitForTaskToken";

/** Ended tasks that are known still: whoever answers an older one has a token that is none. */
const MOST_CLOSED = 10_000;

/** A task that waits, as its state sees it. */
export interface WaitingTask {
  readonly token: string;
  /** Resolves to what is sent with success; rejects with what is sent with failure. */
  readonly answer: Promise<unknown>;
  /** Told of each heartbeat from now on. */
  onHeartbeat(listener: () => void): void;
  /** Nobody waits any more: whoever comes now is too late. */
  close(): void;
}

interface OpenTask {
  readonly stateMachineArn: string;
  readonly resolve: (output: unknown) => void;
  readonly reject: (error: unknown) => void;
  beat: () => void;
}

/** May throw: whether the caller may answer a task of that state machine. */
export type AuthorizeAnswer = (stateMachineArn: string) => void;

export class TaskTokens {
  private readonly open = new Map<string, OpenTask>();
  /** Tokens of the last tasks that have ended, each with its state machine; the oldest first. */
  private readonly closed = new Map<string, string>();

  /** @param stopping ends all waiting when it is aborted */
  constructor(stopping: AbortSignal) {
    stopping.addEventListener("abort", () => {
      for (const { reject } of this.open.values()) {
        reject(stopping.reason);
      }
    });
  }

  issue(stateMachineArn: string): WaitingTask {
    const token = randomBytes(96).toString("base64");
    const answer = new Promise<unknown>((resolve, reject) => {
      this.open.set(token, { stateMachineArn, resolve, reject, beat: () => undefined });
    });
    // Whether it is waited for is its state's affair.
    answer.catch(() => undefined);
    return {
      token,
      answer,
      onHeartbeat: (listener) => {
        const task = this.open.get(token);
        if (task !== undefined) {
          task.beat = listener;
        }
      },
      close: () => {
        this.close(token, stateMachineArn);
      },
    };
  }

  /**
   * @param output JSON text
   * @throws AwsError `InvalidToken`, `TaskTimedOut` or `InvalidOutput` ("SendTaskSuccess", Step
   *   Functions API Reference)
   */
  succeed(token: string, output: string, authorize: AuthorizeAnswer): void {
    const task = this.find(token, authorize);
    const value = parse(output);
    this.close(token, task.stateMachineArn);
    task.resolve(value);
  }

  /** @throws AwsError `InvalidToken` or `TaskTimedOut` */
  fail(token: string, error: string, cause: string, authorize: AuthorizeAnswer): void {
    const task = this.find(token, authorize);
    this.close(token, task.stateMachineArn);
    task.reject(new StateError(error, cause));
  }

  /** @throws AwsError `InvalidToken` or `TaskTimedOut` */
  beat(token: string, authorize: AuthorizeAnswer): void {
    this.find(token, authorize).beat();
  }

  private close(token: string, stateMachineArn: string): void {
    this.open.delete(token);
    this.closed.set(token, stateMachineArn);
    const [oldest] = this.closed.keys();
    if (this.closed.size > MOST_CLOSED && oldest !== undefined) {
      this.closed.delete(oldest);
    }
  }

  private find(token: string, authorize: AuthorizeAnswer): OpenTask {
    const task = this.open.get(token);
    const stateMachineArn = task?.stateMachineArn ?? this.closed.get(token);
    if (stateMachineArn === undefined) {
      throw new AwsError("InvalidToken", 400, `Invalid Token: '${token}'`);
    }
    authorize(stateMachineArn);
    if (task === undefined) {
      throw new AwsError("TaskTimedOut", 400, "Task Timed Out: 'Provided task does not exist'");
    }
    return task;
  }
}

function parse(output: string): unknown {
  try {
    return JSON.parse(output);
  } catch {
    throw new AwsError("InvalidOutput", 400, `Invalid Output: '${output}' is no JSON`);
  }
}
