/**
 * Puts resources through a Pulumi policy pack without Pulumi's engine: starts the pack as a process
 * of its own and asks it over the Analyzer protocol (`proto/pulumi/analyzer.proto`) what the engine
 * would ask.
 */
import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import * as path from "node:path";
import {
  credentials,
  Metadata,
  type CallOptions,
  type MethodDefinition,
  type ServiceError,
} from "@grpc/grpc-js";
import { AnalyzerClient, AnalyzerService } from "@pulumi/pulumi/proto/analyzer_grpc_pb";
import {
  AnalyzeRequest,
  AnalyzerPropertyDependencies,
  AnalyzerResource,
  AnalyzerResourceOptions,
  AnalyzerStackConfigureRequest,
  AnalyzeStackRequest,
  ConfigureAnalyzerRequest,
  PolicyConfig,
  type AnalyzeDiagnostic,
  type AnalyzeResponse,
  type AnalyzerInfo,
  type PolicyInfo,
  type RemediateResponse,
} from "@pulumi/pulumi/proto/analyzer_pb";
import { specialResourceSig, specialSigKey, unknownValue } from "@pulumi/pulumi/runtime/rpc";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { Struct, type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import { readDiagnostics, readSeverity, type Severity } from "./analyzeResponse";
import type { RecordedResource } from "./graph";
import {
  levelFromWire,
  levelToWire,
  PolicyPackConfigError,
  resolvePolicyConfig,
  type EnforcementLevel,
  type PolicyPackConfig,
} from "./policyPackConfig";

export interface PolicyPackOptions {
  /** Absolute path of the folder with `PulumiPolicy.yaml` and `package.json`. */
  readonly folder: string;
  readonly project: string;
  readonly stack: string;
  /** Unknown values are to be expected. */
  readonly preview: boolean;
  readonly config?: PolicyPackConfig;
  /** How long the pack may take until it answers, in milliseconds; 20 seconds unless given. */
  readonly startTimeout?: number;
}

/** What a policy has made of a resource. */
interface Remediation {
  readonly policy: string;
  /** As they go over the wire; empty when it could not be done. */
  readonly inputs: Readonly<Record<string, unknown>>;
  /** Why it could not be done; empty when it could. */
  readonly diagnostic: string;
}

/** A policy that a resource, or the stack as a whole, does not keep. */
export interface Violation {
  readonly policy: string;
  /** Mandatory ones stop an update. */
  readonly level: EnforcementLevel;
  readonly severity: Severity;
  /** The rule, in one sentence. */
  readonly description: string;
  /** What is wrong, and which property to set to what. */
  readonly message: string;
  /** Empty when it is the stack as a whole. */
  readonly urn: string;
  readonly displayName: string;
  readonly remediationSteps: string;
  readonly url: string;
}

/** The pack did not start, or stopped answering. */
export class PolicyPackError extends Error {
  override readonly name = "PolicyPackError";
}

/** Resources that are asked about at once: as many as two processes can work at, and few to keep. */
const AT_ONCE = 8;

const START_TIMEOUT_MS = 20_000;
const CALL_TIMEOUT_MS = 30_000;

/** A running policy pack. It ends with {@link PolicyPackProcess.stop}, or with this process. */
export class PolicyPackProcess {
  private constructor(
    private readonly child: ChildProcess,
    private readonly client: AnalyzerClient,
    private readonly policies: ReadonlyMap<string, PolicyInfo>,
    /** The level at which each policy is asked. */
    readonly levels: ReadonlyMap<string, EnforcementLevel>,
  ) {}

  /**
   * Starts and configures the pack.
   * @throws {PolicyPackError} when it ends, or is silent for too long; with what it printed
   * @throws {PolicyPackConfigError} when the config does not fit the pack
   */
  static async start(options: PolicyPackOptions): Promise<PolicyPackProcess> {
    const child = startChild(options);
    let client: AnalyzerClient | undefined;
    try {
      const port = await readPort(child, options.startTimeout ?? START_TIMEOUT_MS);
      client = new AnalyzerClient(`127.0.0.1:${port}`, credentials.createInsecure());
      const { info, levels } = await configure(client, options);
      const policies = info.getPoliciesList().map((policy) => [policy.getName(), policy] as const);
      return new PolicyPackProcess(child, client, new Map(policies), levels);
    } catch (error) {
      client?.close();
      await end(child);
      throw error;
    }
  }

  /** Names of the pack's policies, in its own order. */
  get policyNames(): readonly string[] {
    return [...this.policies.keys()];
  }

  /** What the engine asks before it makes a resource: does it break a policy, by its inputs? */
  async analyze(resource: RecordedResource): Promise<Violation[]> {
    const found = await this.diagnose(AnalyzerService.analyze, analyzeRequest(resource));
    return found.map((diagnostic) => this.violation(diagnostic, resource.urn));
  }

  /**
   * What the engine asks before that: what do the policies at level `remediate` make of it? Each
   * answers with all inputs, on top of what the one before it has made of them.
   */
  async remediate(resource: RecordedResource): Promise<Remediation[]> {
    const response = await call<RemediateResponse>((metadata, options, done) =>
      this.client.remediate(analyzeRequest(resource), metadata, options, done),
    );
    return response.getRemediationsList().map((remediation) => ({
      policy: remediation.getPolicyname(),
      inputs: remediation.getProperties()?.toJavaScript() ?? {},
      diagnostic: remediation.getDiagnostic(),
    }));
  }

  /** What the engine asks at the end: do all resources together, by their outputs? */
  async analyzeStack(resources: readonly RecordedResource[]): Promise<Violation[]> {
    const request = new AnalyzeStackRequest().setResourcesList(resources.map(stackResource));
    const found = await this.diagnose(AnalyzerService.analyzeStack, request);
    return found.map((diagnostic) => this.violation(diagnostic, ""));
  }

  /** What the engine asks in the course of a preview: about each resource, then about all of them. */
  async analyzeAll(resources: readonly RecordedResource[]): Promise<Violation[]> {
    const found: Violation[][] = [];
    const left = resources.entries();
    const askOneByOne = async () => {
      for (const [index, resource] of left) {
        found[index] = await this.analyze(resource);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, askOneByOne));
    return [...found.flat(), ...(await this.analyzeStack(resources))];
  }

  /** CPU time of the process so far, of all its threads, in milliseconds. */
  async cpuTime(): Promise<number> {
    const answer = once(this.child, "message") as Promise<[NodeJS.CpuUsage]>;
    this.child.send("cpuTime");
    const [{ user, system }] = await answer;
    return (user + system) / 1000;
  }

  /** Ends the process, and resolves when it has ended. */
  async stop(): Promise<void> {
    this.client.close();
    await end(this.child);
  }

  private diagnose<Request>(
    method: Pick<MethodDefinition<Request, AnalyzeResponse>, "path" | "requestSerialize">,
    request: Request,
  ): Promise<AnalyzeDiagnostic[]> {
    const { path: called, requestSerialize: write } = method;
    return call((metadata, options, done) =>
      this.client.makeUnaryRequest(
        called,
        write,
        readDiagnostics,
        request,
        metadata,
        options,
        done,
      ),
    );
  }

  /** @param subject whom it is about when the pack does not say: a resource policy never does */
  private violation(diagnostic: AnalyzeDiagnostic, subject: string): Violation {
    const policy = this.policies.get(diagnostic.getPolicyname());
    if (policy === undefined) {
      throw new PolicyPackError(
        `The pack reports a policy it did not announce: ${diagnostic.getPolicyname()}`,
      );
    }
    const description = policy.getDescription();
    const message = diagnostic.getMessage();
    // The SDK puts the policy's description before what the policy reports.
    const prefix = `${description}\n`;
    return {
      policy: policy.getName(),
      level: levelFromWire(diagnostic.getEnforcementlevel()),
      severity: readSeverity(policy.getSeverity()),
      description,
      message: message.startsWith(prefix) ? message.slice(prefix.length) : message,
      urn: diagnostic.getUrn() || subject,
      displayName: policy.getDisplayname(),
      remediationSteps: policy.getRemediationSteps(),
      url: policy.getUrl(),
    };
  }
}

/** The variables are those that the engine sets for a Node.js pack (`analyzer_plugin.go`). */
function startChild(options: PolicyPackOptions): ChildProcess {
  const preview = String(options.preview);
  return fork(path.join(__dirname, "policyPackChild.cjs"), [options.folder], {
    // Not those of this process, which may load TypeScript.
    execArgv: [],
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    env: {
      ...process.env,
      PULUMI_NODEJS_PROJECT: options.project,
      PULUMI_NODEJS_STACK: options.stack,
      PULUMI_NODEJS_DRY_RUN: preview,
      PULUMI_PROJECT: options.project,
      PULUMI_STACK: options.stack,
      PULUMI_DRY_RUN: preview,
    },
  });
}

/** The pack prints the number of its port once it listens. */
async function readPort(child: ChildProcess, timeout: number): Promise<number> {
  let printed = "";
  let complaints = "";
  child.stderr?.on("data", (chunk: Buffer) => (complaints += chunk.toString()));
  return new Promise((resolve, reject) => {
    const fail = (reason: string) => {
      clearTimeout(timer);
      reject(
        new PolicyPackError(`The policy pack ${reason}. It printed: ${complaints || "nothing"}`),
      );
    };
    const timer = setTimeout(() => fail(`did not start within ${timeout} ms`), timeout);
    child.once("error", (error) => fail(`could not be started: ${error.message}`));
    child.once("close", (code) => fail(`ended with exit code ${code} before it listened`));
    child.stdout?.on("data", (chunk: Buffer) => {
      printed += chunk.toString();
      const port = /^(\d+)\n/m.exec(printed)?.[1];
      if (port !== undefined) {
        clearTimeout(timer);
        resolve(Number(port));
      }
    });
  });
}

/** Asks the pack what it has, and tells it its config and the stack it works for. */
async function configure(
  client: AnalyzerClient,
  options: PolicyPackOptions,
): Promise<{ info: AnalyzerInfo; levels: ReadonlyMap<string, EnforcementLevel> }> {
  const stack = new AnalyzerStackConfigureRequest()
    .setProject(options.project)
    .setStack(options.stack)
    .setDryRun(options.preview);
  await call((metadata, options, done) => client.configureStack(stack, metadata, options, done));

  const info = await call<AnalyzerInfo>((metadata, options, done) =>
    client.getAnalyzerInfo(new Empty(), metadata, options, done),
  );
  const request = new ConfigureAnalyzerRequest();
  const resolved = resolvePolicyConfig(info, options.config ?? {});
  for (const [policy, settings] of resolved) {
    request
      .getPolicyconfigMap()
      .set(
        policy,
        new PolicyConfig()
          .setEnforcementlevel(levelToWire(settings.level))
          .setProperties(toStruct(settings.properties)),
      );
  }
  try {
    await call((metadata, options, done) => client.configure(request, metadata, options, done));
  } catch (error) {
    throw new PolicyPackConfigError((error as Error).message, { cause: error });
  }
  return { info, levels: new Map([...resolved].map(([name, { level }]) => [name, level])) };
}

/** One call of the pack, which may not take forever. */
function call<T>(
  start: (
    metadata: Metadata,
    options: CallOptions,
    done: (error: ServiceError | null, response?: T) => void,
  ) => unknown,
): Promise<T> {
  return new Promise((resolve, reject) => {
    start(new Metadata(), { deadline: Date.now() + CALL_TIMEOUT_MS }, (error, response) => {
      if (response !== undefined) {
        resolve(response);
      } else {
        const details = error?.details ?? "it gave no answer";
        reject(new PolicyPackError(`The policy pack failed: ${details}`, { cause: error }));
      }
    });
  });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    const ended = once(child, "close");
    child.kill("SIGKILL");
    await ended;
  }
}

function analyzeRequest(resource: RecordedResource): AnalyzeRequest {
  return new AnalyzeRequest()
    .setType(resource.type)
    .setUrn(resource.urn)
    .setName(resource.name)
    .setProperties(toStruct(resource.inputs))
    .setOptions(optionsOf(resource));
}

function stackResource(resource: RecordedResource): AnalyzerResource {
  const message = new AnalyzerResource()
    .setType(resource.type)
    .setUrn(resource.urn)
    .setName(resource.name)
    .setProperties(toStruct(resource.outputs))
    .setOptions(optionsOf(resource))
    .setParent(resource.parent)
    .setDependenciesList([...resource.dependencies]);
  const dependencies = message.getPropertydependenciesMap();
  for (const [property, urns] of Object.entries(resource.propertyDependencies)) {
    dependencies.set(property, new AnalyzerPropertyDependencies().setUrnsList([...urns]));
  }
  return message;
}

function optionsOf(resource: RecordedResource): AnalyzerResourceOptions {
  return new AnalyzerResourceOptions()
    .setProtect(resource.options.protect)
    .setParent(resource.parent)
    .setCustomtimeouts(new AnalyzerResourceOptions.CustomTimeouts());
}

function toStruct(properties: Readonly<Record<string, unknown>>): Struct {
  return Struct.fromJavaScript(forPolicies(properties) as Record<string, JavaScriptValue>);
}

/**
 * Secrets, assets and unknown values go to a pack as they were recorded. A reference to a resource
 * does not: a policy sees its id, or its URN when it has none (`MarshalPropertyValue`).
 */
function forPolicies(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(forPolicies);
  }
  if (typeof value !== "object" || value === null) {
    return value;
  }
  const map = value as Record<string, unknown>;
  if (map[specialSigKey] === specialResourceSig) {
    return map["id"] === "" ? unknownValue : (map["id"] ?? map["urn"]);
  }
  return Object.fromEntries(
    Object.entries(map)
      // The provider's notes to itself, such as `__defaults`, are not shown to policies.
      .filter(([key]) => !key.startsWith("__"))
      .map(([key, nested]) => [key, forPolicies(nested)]),
  );
}
