/** Lambda: runs the deployed code, each function in worker threads of its own. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { AwsError } from "../../protocol";
import { embeddedMetrics } from "../cloudWatch/embedded";
import type { Publish } from "../cloudWatch/metrics";
import { Sandbox, type InvocationResult } from "./sandbox";

export interface FunctionConfiguration {
  readonly arn: string;
  readonly name: string;
  /** For example `index.handler`. */
  readonly handler: string;
  /** Files of the deployment package by path. */
  readonly files: ReadonlyMap<string, string | Uint8Array>;
  /** What the handler finds in its environment, credentials of its role included. */
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutSeconds: number;
}

/** Execution environments kept per function; a third invocation waits for one of the two. */
const MOST_SANDBOXES = 2;

/** Lines kept of what a function printed; the oldest go first. */
const MOST_LOG_LINES = 1_000;

interface DeployedFunction {
  readonly configuration: FunctionConfiguration;
  readonly folder: string;
  /** Its file. */
  readonly module: string;
  readonly exportName: string;
  readonly idle: Sandbox[];
  readonly busy: Set<Sandbox>;
  readonly waiting: ((sandbox: Sandbox | undefined) => void)[];
  readonly lines: string[];
  /** Whether another package took its place, or none. */
  retired: boolean;
}

/** Lets somebody call a function: a statement of its resource policy ("AddPermission"). */
export interface Permission {
  readonly action: string;
  /** An account, a service, or `*` for everybody. */
  readonly principal: string;
}

export class Lambda {
  /** By the ARN of the function, then by the statement's id. */
  private readonly permissions = new Map<string, Map<string, Permission>>();
  private readonly functions = new Map<string, DeployedFunction>();
  private readonly retired = new Set<DeployedFunction>();
  private stopped = false;

  /**
   * @param scratch existing folder in which packages are unpacked
   * @param publish takes the service's metrics, and those that functions print
   */
  constructor(
    private readonly scratch = tmpdir(),
    private readonly publish: Publish = () => undefined,
  ) {}

  /**
   * Unpacks the deployment package; the code is loaded at the first invocation.
   * @throws AwsError `ResourceConflictException` when there is such a function already
   */
  async createFunction(configuration: FunctionConfiguration): Promise<void> {
    if (this.functions.has(configuration.arn)) {
      throw new AwsError(
        "ResourceConflictException",
        409,
        `Function already exist: ${configuration.name}`,
      );
    }
    await this.deploy(configuration, []);
  }

  private async deploy(configuration: FunctionConfiguration, lines: string[]): Promise<void> {
    const [moduleName = "", exportName = ""] = configuration.handler.split(".");
    const file = [...configuration.files.keys()].find(
      (name) => path.parse(name).name === moduleName,
    );
    if (file === undefined) {
      throw new AwsError(
        "InvalidParameterValueException",
        400,
        `${configuration.name}: no file of the package is ${moduleName}, as ${configuration.handler} says`,
      );
    }
    const folder = await mkdtemp(path.join(this.scratch, "lambda-"));
    for (const [name, content] of configuration.files) {
      await writeFile(path.join(folder, path.basename(name)), content);
    }
    if (this.stopped) {
      await rm(folder, { recursive: true, force: true });
      throw new AwsError("ServiceException", 500, "Lambda has been stopped");
    }
    this.functions.set(configuration.arn, {
      configuration,
      folder,
      module: path.join(folder, path.basename(file)),
      exportName,
      idle: [],
      busy: new Set(),
      waiting: [],
      lines,
      retired: false,
    });
  }

  /**
   * Gives a function another package and configuration; what is under way ends with the old ones,
   * and the log goes on.
   * @throws AwsError `ResourceNotFoundException`
   */
  async updateFunction(configuration: FunctionConfiguration): Promise<void> {
    const old = this.deployed(configuration.arn);
    await this.deploy(configuration, old.lines);
    await this.retire(old);
  }

  /** Removes a function; one that is not there is as good as removed. */
  async deleteFunction(arn: string): Promise<void> {
    const old = this.functions.get(arn);
    this.functions.delete(arn);
    if (old !== undefined) {
      await this.retire(old);
    }
  }

  /** Adds a permission to a function's policy, or replaces the one that has its id. */
  putPermission(arn: string, statementId: string, permission: Permission): void {
    const statements = this.permissions.get(arn) ?? new Map<string, Permission>();
    this.permissions.set(arn, statements.set(statementId, permission));
  }

  /** Removes a permission; one that is not there is as good as removed. */
  deletePermission(arn: string, statementId: string): void {
    this.permissions.get(arn)?.delete(statementId);
  }

  /** Whether everybody has been given the action on a function. */
  allowsEverybody(arn: string, action: string): boolean {
    const statements = [...(this.permissions.get(arn)?.values() ?? [])];
    return statements.some((each) => each.action === action && each.principal === "*");
  }

  /** ARNs of all functions. */
  get arns(): readonly string[] {
    return [...this.functions.keys()];
  }

  /**
   * What a function printed, line by line, as CloudWatch Logs would keep it: the newest 1,000.
   * @throws AwsError `ResourceNotFoundException`
   */
  logs(arn: string): readonly string[] {
    const { idle, busy, lines } = this.deployed(arn);
    [...idle, ...busy].forEach((sandbox) => {
      sandbox.readLog();
    });
    return [...lines];
  }

  /** Invokes a function and waits for its answer. */
  async invoke(arn: string, payload: unknown): Promise<InvocationResult> {
    const deployed = this.deployed(arn);
    const sandbox = await this.acquire(deployed);
    if (sandbox === undefined) {
      return {
        error: { name: "Runtime.ExitError", message: "Lambda has been stopped", trace: [] },
      };
    }
    const started = performance.now();
    const result = await sandbox.invoke(payload, deployed.configuration.timeoutSeconds * 1000);
    this.measure(deployed, result, performance.now() - started);
    this.release(deployed, sandbox);
    if (deployed.retired) {
      await this.dismissIdle(deployed);
    }
    return result;
  }

  /** Ends all execution environments, what runs in them too, and removes the unpacked code. */
  async stop(): Promise<void> {
    this.stopped = true;
    const all = [...this.functions.values(), ...this.retired];
    this.functions.clear();
    this.retired.clear();
    for (const deployed of all) {
      deployed.waiting.splice(0).forEach((turnAway) => turnAway(undefined));
      const sandboxes = [...deployed.idle.splice(0), ...deployed.busy];
      await Promise.all(sandboxes.map((sandbox) => sandbox.stop()));
      await rm(deployed.folder, { recursive: true, force: true });
    }
  }

  /** Lets what is under way end, and then removes the unpacked code. */
  private async retire(deployed: DeployedFunction): Promise<void> {
    deployed.retired = true;
    this.retired.add(deployed);
    await this.dismissIdle(deployed);
  }

  private async dismissIdle(deployed: DeployedFunction): Promise<void> {
    await Promise.all(deployed.idle.splice(0).map((sandbox) => sandbox.stop()));
    if (deployed.busy.size === 0) {
      this.retired.delete(deployed);
      await rm(deployed.folder, { recursive: true, force: true });
    }
  }

  private deployed(arn: string): DeployedFunction {
    const deployed = this.functions.get(arn);
    if (deployed === undefined) {
      throw new AwsError("ResourceNotFoundException", 404, `Function not found: ${arn}`);
    }
    return deployed;
  }

  /** "Types of metrics for Lambda functions", Lambda Developer Guide. */
  private measure({ configuration }: DeployedFunction, result: InvocationResult, took: number) {
    const of = { namespace: "AWS/Lambda", dimensions: { FunctionName: configuration.name } };
    this.publish(
      { ...of, name: "Invocations", value: 1 },
      { ...of, name: "Errors", value: "error" in result ? 1 : 0 },
      { ...of, name: "Duration", value: took },
    );
  }

  /** An environment for one event; none when Lambda was stopped before one was free. */
  private async acquire(deployed: DeployedFunction): Promise<Sandbox | undefined> {
    const idle = deployed.idle.pop();
    if (idle === undefined && deployed.busy.size >= MOST_SANDBOXES) {
      return new Promise((resolve) => deployed.waiting.push(resolve));
    }
    const sandbox = idle?.isUsable === true ? idle : this.newSandbox(deployed);
    deployed.busy.add(sandbox);
    return sandbox;
  }

  private release(deployed: DeployedFunction, sandbox: Sandbox): void {
    deployed.busy.delete(sandbox);
    const next = deployed.waiting.shift();
    if (next === undefined) {
      if (sandbox.isUsable) {
        deployed.idle.push(sandbox);
      }
      return;
    }
    const usable = sandbox.isUsable ? sandbox : this.newSandbox(deployed);
    deployed.busy.add(usable);
    next(usable);
  }

  private newSandbox(deployed: DeployedFunction): Sandbox {
    const { module, exportName, configuration, lines } = deployed;
    return new Sandbox(module, exportName, configuration.environment, (line) => {
      this.publish(...embeddedMetrics(line));
      lines.push(line);
      if (lines.length > MOST_LOG_LINES) {
        lines.shift();
      }
    });
  }
}
