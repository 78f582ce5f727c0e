/** Step Functions: state machines made by the graph, and the executions that ran in them. */
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { AwsError } from "../../protocol";
import { parseDefinition, type Definition } from "./definition";
import { StateError } from "./errors";
import { interpret, type TaskRunner } from "./interpreter";

/** A finished or running execution. */
export interface Execution {
  readonly arn: string;
  readonly name: string;
  readonly input: unknown;
  readonly startedAt: number;
  status: "RUNNING" | "SUCCEEDED" | "FAILED" | "TIMED_OUT" | "ABORTED";
  milliseconds: number;
  output?: unknown;
  error?: string;
  cause?: string;
  /** States in the order in which they were left, with the time spent in each. */
  readonly states: { readonly name: string; readonly milliseconds: number }[];
}

/** Calls a service on behalf of a state machine's role. */
export type TaskIntegration = (parameters: unknown, roleArn: string) => Promise<unknown>;

interface StateMachine {
  readonly arn: string;
  readonly name: string;
  readonly roleArn: string;
  readonly definition: Definition;
  readonly executions: Execution[];
}

export class StepFunctions {
  private readonly machines = new Map<string, StateMachine>();
  private readonly running = new Map<Execution, Promise<void>>();
  private readonly stopping = new AbortController();

  /** @param integrations by resource ARN, without the partition: `states:::lambda:invoke` */
  constructor(private readonly integrations: ReadonlyMap<string, TaskIntegration>) {}

  /**
   * Makes a state machine, or changes one: executions that run keep the definition and the role
   * they began with ("UpdateStateMachine", Step Functions API Reference).
   * @throws AwsError when the definition is malformed or uses an integration that is not here
   */
  putStateMachine(machine: {
    readonly arn: string;
    readonly name: string;
    readonly roleArn: string;
    readonly definition: string;
  }): void {
    const definition = parseDefinition(machine.definition);
    for (const [name, state] of Object.entries(definition.States)) {
      if (state.Type === "Task") {
        this.integration(state.Resource, name);
      }
    }
    const executions = this.machines.get(machine.arn)?.executions ?? [];
    this.machines.set(machine.arn, { ...machine, definition, executions });
  }

  /**
   * Removes a state machine; executions that run go on to their end. One that is not there is as
   * good as removed.
   */
  deleteStateMachine(arn: string): void {
    this.machines.delete(arn);
  }

  /** ARNs of all state machines. */
  get arns(): readonly string[] {
    return [...this.machines.keys()];
  }

  /** Starts an execution; it goes on by itself. */
  startExecution(stateMachineArn: string, input: unknown, name: string = randomUUID()): Execution {
    const machine = this.machine(stateMachineArn);
    const execution: Execution = {
      arn: `${machine.arn.replace(":stateMachine:", ":execution:")}:${name}`,
      name,
      input,
      startedAt: Date.now(),
      status: "RUNNING",
      milliseconds: 0,
      states: [],
    };
    machine.executions.push(execution);
    const run = this.run(machine, execution).finally(() => this.running.delete(execution));
    this.running.set(execution, run);
    return execution;
  }

  /** All executions of a state machine, in the order in which they started. */
  executions(stateMachineArn: string): readonly Execution[] {
    return this.machine(stateMachineArn).executions;
  }

  /** Resolves when the execution has ended. Rejects if the interpreter itself failed. */
  async settled(execution: Execution): Promise<void> {
    await this.running.get(execution);
  }

  /** Ends all executions: they wait for nothing any more and call no further service. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await Promise.allSettled(this.running.values());
  }

  private async run(machine: StateMachine, execution: Execution): Promise<void> {
    const started = performance.now();
    const { signal } = this.stopping;
    const runTask: TaskRunner = async (resource, parameters) => {
      signal.throwIfAborted();
      return this.integration(resource, execution.name)(parameters, machine.roleArn);
    };
    try {
      execution.output = await interpret({
        definition: machine.definition,
        context: {
          Execution: {
            Id: execution.arn,
            Name: execution.name,
            RoleArn: machine.roleArn,
            StartTime: new Date(execution.startedAt).toISOString(),
            Input: execution.input,
          },
          StateMachine: { Id: machine.arn, Name: machine.name },
        },
        runTask,
        pause: (milliseconds) => sleep(milliseconds, undefined, { signal }),
        onState: (name, milliseconds) => execution.states.push({ name, milliseconds }),
      });
      execution.status = "SUCCEEDED";
    } catch (error) {
      if (signal.aborted) {
        execution.status = "ABORTED";
        return;
      }
      if (!(error instanceof StateError)) {
        throw error;
      }
      execution.status = error.name === "States.Timeout" ? "TIMED_OUT" : "FAILED";
      execution.error = error.name;
      execution.cause = error.message;
    } finally {
      execution.milliseconds = performance.now() - started;
    }
  }

  private machine(arn: string): StateMachine {
    const machine = this.machines.get(arn);
    if (machine === undefined) {
      throw new AwsError("StateMachineDoesNotExist", 400, `There is no state machine ${arn}`);
    }
    return machine;
  }

  private integration(resource: string, where: string): TaskIntegration {
    const integration = this.integrations.get(resource.replace(/^arn:[^:]+:/, ""));
    if (integration === undefined) {
      throw new AwsError(
        "InvalidDefinition",
        400,
        `${where}: the local cloud does not integrate ${resource}; it has ` +
          [...this.integrations.keys()].join(", "),
      );
    }
    return integration;
  }
}
