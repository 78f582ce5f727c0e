/** Step Functions: state machines made by the graph, and the executions that ran in them. */
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { AwsError } from "../../protocol";
import type { Publish } from "../cloudWatch/metrics";
import { allStates, parseDefinition, type Definition, type State } from "./definition";
import { StateError } from "./errors";
import { interpret, type InterpreterOptions } from "./interpreter";
import { runDistributedMap, type MapRun, type MapRunServices, type ResultSink } from "./mapRun";
import { TaskTokens, WAITS_FOR_TOKEN } from "./taskTokens";

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
  readonly states: {
    readonly name: string;
    readonly type: State["Type"];
    readonly milliseconds: number;
  }[];
  /** Those of its distributed maps, in the order in which they started. */
  readonly mapRuns: MapRun[];
}

/** Calls a service on behalf of a state machine's role. */
export type TaskIntegration = (parameters: unknown, roleArn: string) => Promise<unknown>;

/** The services of a state machine, on behalf of its role. */
export interface Integrations {
  /** By resource ARN, without the partition: `states:::lambda:invoke`. */
  readonly tasks: ReadonlyMap<string, TaskIntegration>;
  /** The same for the datasets of distributed maps. */
  readonly readers: ReadonlyMap<
    string,
    (parameters: unknown, roleArn: string) => AsyncIterable<unknown>
  >;
  /** The same for their results. */
  readonly writers: ReadonlyMap<
    string,
    (parameters: unknown, roleArn: string, mapRunArn: string) => ResultSink
  >;
  /** @throws StateError when the role may not do that with an execution */
  authorizeStates(action: string, resource: string, roleArn: string): void;
}

interface StateMachine {
  readonly arn: string;
  readonly name: string;
  readonly roleArn: string;
  readonly definition: Definition;
  /** Milliseconds since 1970. */
  readonly created: number;
  /** The definition as it was given. */
  readonly source: string;
  readonly executions: Execution[];
}

export class StepFunctions {
  private readonly machines = new Map<string, StateMachine>();
  private readonly running = new Map<Execution, Promise<void>>();
  private readonly stopping = new AbortController();
  /** Tasks that wait for somebody to answer. */
  readonly tokens = new TaskTokens(this.stopping.signal);

  /** @param publish takes the metrics of executions */
  constructor(
    private readonly integrations: Integrations,
    private readonly publish: Publish = () => undefined,
  ) {}

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
    const { tasks, readers, writers } = this.integrations;
    for (const [name, state] of allStates(definition)) {
      if (state.Type === "Task") {
        integrated(tasks, serviceOf(state.Resource), name);
      }
      if (state.Type === "Map" && state.ItemReader !== undefined) {
        integrated(readers, state.ItemReader.Resource, name);
      }
      if (state.Type === "Map" && state.ResultWriter !== undefined) {
        integrated(writers, state.ResultWriter.Resource, name);
      }
    }
    const { created, executions } = this.machines.get(machine.arn) ?? {
      ...{ created: Date.now(), executions: [] },
    };
    const source = machine.definition;
    this.machines.set(machine.arn, { ...machine, definition, created, source, executions });
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

  /** A state machine with its definition as it was given. */
  describe(arn: string): Pick<StateMachine, "name" | "roleArn" | "created"> & {
    readonly definition: string;
  } {
    const { name, roleArn, created, source } = this.machine(arn);
    return { name, roleArn, created, definition: source };
  }

  /** Starts an execution; it goes on by itself. */
  startExecution(stateMachineArn: string, input: unknown, name: string = randomUUID()): Execution {
    const machine = this.machine(stateMachineArn);
    const arn = `${machine.arn.replace(":stateMachine:", ":execution:")}:${name}`;
    const execution = newExecution(arn, name, input);
    machine.executions.push(execution);
    forgetOldest(machine.executions);
    const run = this.run(machine, execution).finally(() => this.running.delete(execution));
    this.running.set(execution, run);
    return execution;
  }

  /**
   * Executions of a state machine, in the order in which they started: all that run, and the last
   * 10,000. Of those before, nothing is known any more, as after ninety days on AWS.
   */
  executions(stateMachineArn: string): readonly Execution[] {
    return this.machine(stateMachineArn).executions;
  }

  /** @throws AwsError `ExecutionDoesNotExist` */
  execution(arn: string): Execution {
    return this.find(
      ({ arn: its }) => its === arn,
      "ExecutionDoesNotExist",
      `Execution Does Not Exist: '${arn}'`,
    );
  }

  /** @throws AwsError `ResourceNotFound` */
  mapRun(arn: string): { readonly execution: Execution; readonly run: MapRun } {
    const of = ({ mapRuns }: Execution) => mapRuns.find((run) => run.arn === arn);
    const missing = `Map run not found: '${arn}'`;
    const execution = this.find((each) => of(each) !== undefined, "ResourceNotFound", missing);
    return { execution, run: of(execution) as MapRun };
  }

  private find(
    matches: (execution: Execution) => boolean,
    code: string,
    message: string,
  ): Execution {
    for (const { executions } of this.machines.values()) {
      const found = executions.find(matches);
      if (found !== undefined) {
        return found;
      }
    }
    throw new AwsError(code, 400, message);
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
    try {
      execution.output = await interpret({
        ...this.surroundings(machine, execution, signal),
        definition: machine.definition,
        onState: (name, milliseconds, type) => execution.states.push({ name, type, milliseconds }),
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
      this.measure(machine, execution);
    }
  }

  /** "Monitoring Step Functions metrics using Amazon CloudWatch", Step Functions Developer Guide. */
  private measure({ arn }: StateMachine, { status, milliseconds }: Execution): void {
    const of = { namespace: "AWS/States", dimensions: { StateMachineArn: arn } };
    this.publish(
      { ...of, name: "ExecutionTime", value: milliseconds },
      { ...of, name: "ExecutionsSucceeded", value: status === "SUCCEEDED" ? 1 : 0 },
      { ...of, name: "ExecutionsFailed", value: status === "FAILED" ? 1 : 0 },
      { ...of, name: "ExecutionsTimedOut", value: status === "TIMED_OUT" ? 1 : 0 },
      { ...of, name: "ExecutionsAborted", value: status === "ABORTED" ? 1 : 0 },
    );
  }

  private machine(arn: string): StateMachine {
    const machine = this.machines.get(arn);
    if (machine === undefined) {
      throw new AwsError("StateMachineDoesNotExist", 400, `There is no state machine ${arn}`);
    }
    return machine;
  }

  /**
   * What an execution of a machine has around it.
   * @param signal ends it before it waits or calls a service again
   */
  private surroundings(
    machine: StateMachine,
    execution: Execution,
    signal: AbortSignal,
  ): Omit<InterpreterOptions, "definition"> {
    const { roleArn } = machine;
    const { tasks } = this.integrations;
    return {
      context: {
        Execution: {
          Id: execution.arn,
          Name: execution.name,
          RoleArn: roleArn,
          StartTime: new Date(execution.startedAt).toISOString(),
          Input: execution.input,
        },
        StateMachine: { Id: machine.arn, Name: machine.name },
      },
      runTask: async (resource, parameters) => {
        signal.throwIfAborted();
        return integrated(tasks, resource, execution.name)(parameters, roleArn);
      },
      issueToken: () => this.tokens.issue(machine.arn),
      runMap: (state, input) =>
        runDistributedMap(
          state,
          input,
          { arnPrefix: machine.arn.split(":").slice(0, 5).join(":"), stateMachine: machine.name },
          this.mapRunServices(machine, signal),
          (run) => execution.mapRuns.push(run),
        ),
      pause: (milliseconds) => sleep(milliseconds, undefined, { signal }),
    };
  }

  private mapRunServices(machine: StateMachine, signal: AbortSignal): MapRunServices {
    const { roleArn } = machine;
    const { readers, writers, authorizeStates } = this.integrations;
    return {
      signal,
      readItems: ({ Resource }, parameters) =>
        integrated(readers, Resource, machine.name)(parameters, roleArn),
      writeResults: ({ Resource }, parameters, mapRunArn) =>
        integrated(writers, Resource, machine.name)(parameters, roleArn, mapRunArn),
      runChild: ({ ItemProcessor: { StartAt, States } }, arn, input, childSignal) => {
        authorizeStates("states:StartExecution", machine.arn, roleArn);
        const name = arn.slice(arn.lastIndexOf(":") + 1);
        return interpret({
          ...this.surroundings(machine, newExecution(arn, name, input), childSignal),
          definition: { StartAt, States, TimeoutSeconds: EXPRESS_TIMEOUT_SECONDS },
        });
      },
    };
  }
}

/** Executions of a state machine that are kept, so that memory does not grow with them. */
const MOST_EXECUTIONS = 10_000;

function forgetOldest(executions: Execution[]): void {
  if (executions.length > MOST_EXECUTIONS) {
    const oldest = executions.findIndex(({ status }) => status !== "RUNNING");
    if (oldest !== -1) {
      executions.splice(oldest, 1);
    }
  }
}

function newExecution(arn: string, name: string, input: unknown): Execution {
  return {
    arn,
    name,
    input,
    startedAt: Date.now(),
    status: "RUNNING",
    milliseconds: 0,
    states: [],
    mapRuns: [],
  };
}

/** Longest execution of an Express workflow ("Step Functions service quotas"). */
const EXPRESS_TIMEOUT_SECONDS = 300;

/** What a task calls, whether or not it then waits. */
function serviceOf(resource: string): string {
  return resource.endsWith(WAITS_FOR_TOKEN) ? resource.slice(0, -WAITS_FOR_TOKEN.length) : resource;
}

/** @throws AwsError `InvalidDefinition` when the local cloud has no such integration */
function integrated<T>(integrations: ReadonlyMap<string, T>, resource: string, where: string): T {
  const integration = integrations.get(resource.replace(/^arn:[^:]+:/, ""));
  if (integration === undefined) {
    throw new AwsError(
      "InvalidDefinition",
      400,
      `${where}: the local cloud does not integrate ${resource}; it has ` +
        [...integrations.keys()].join(", "),
    );
  }
  return integration;
}
