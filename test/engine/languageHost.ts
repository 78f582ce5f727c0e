/**
 * A language host for Node.js programs and policy packs, for machines that cannot have Pulumi's
 * own (`pulumi-language-nodejs`, a Go program). It starts the SDK's own entry points with the
 * arguments and variables of the original, except those for synchronous calls, which the program
 * makes none of; so all that runs above and below it is Pulumi's.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";
import {
  Client,
  credentials,
  status,
  type ServerWritableStream,
  type ServiceDefinition,
} from "@grpc/grpc-js";
import { AnalyzerService } from "@pulumi/pulumi/proto/analyzer_grpc_pb";
import { AnalyzerStackConfigureRequest } from "@pulumi/pulumi/proto/analyzer_pb";
import { LanguageRuntimeService } from "@pulumi/pulumi/proto/language_grpc_pb";
import {
  GetRequiredPackagesResponse,
  RunPluginResponse,
  RunResponse,
  type GetRequiredPackagesRequest,
  type ProgramInfo,
  type RunPluginRequest,
  type RunRequest,
} from "@pulumi/pulumi/proto/language_pb";
import { PackageDependency, PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { servePlugin, unary, type PluginServer } from "./provider/grpc";
import { providersOf } from "./provider/packages";

interface LanguageHostOptions {
  /** The environment of programs; packs are given theirs by the engine. */
  readonly environment: NodeJS.ProcessEnv;
  /** Address of the engine, which it gave to the plugin as its first argument. */
  readonly engineAddress: () => string;
}

/** The SDK's entry points end with this code when they have told the user what is wrong. */
const EXPLAINED = 32;

/** Serves one engine run; whoever starts it stops it. */
export function serveLanguageHost(options: LanguageHostOptions): Promise<PluginServer> {
  return servePlugin(LanguageRuntimeService, {
    getPluginInfo: unary(() => new PluginInfo()),
    getRequiredPackages: unary((request: GetRequiredPackagesRequest) =>
      new GetRequiredPackagesResponse().setPackagesList(packagesOf(infoOf(request))),
    ),
    run: unary((request: RunRequest) => runProgram(request, options)),
    runPlugin: (call: RunPluginCall) => {
      runPolicyPack(call).catch((error: unknown) => {
        call.emit("error", { code: status.UNKNOWN, details: String(error) });
      });
    },
    cancel: unary(() => new Empty()),
  });
}

/** The providers of the installed SDKs, which the engine looks for before the program runs. */
function packagesOf(info: ProgramInfo): PackageDependency[] {
  return providersOf(info.getProgramDirectory()).map(({ name, version }) =>
    new PackageDependency().setKind("resource").setName(name).setVersion(`v${version}`),
  );
}

async function runProgram(
  request: RunRequest,
  { environment, engineAddress }: LanguageHostOptions,
): Promise<RunResponse> {
  const info = infoOf(request);
  const { nodeargs, variables } = runtimeOptions(info);
  const flags: Record<string, string> = {
    monitor: request.getMonitorAddress(),
    engine: engineAddress(),
    organization: request.getOrganization(),
    project: request.getProject(),
    "root-directory": info.getRootDirectory(),
    stack: request.getStack(),
    pwd: info.getProgramDirectory(),
    parallel: String(request.getParallel()),
  };
  const child = spawn(
    process.execPath,
    [
      ...nodeargs,
      entryPoint("run", info),
      ...Object.entries(flags).flatMap(([name, value]) => [`--${name}`, value]),
      ...(request.getDryrun() ? ["--dry-run"] : []),
      info.getEntryPoint(),
      ...request.getArgsList(),
    ],
    {
      cwd: info.getProgramDirectory(),
      env: {
        ...environment,
        ...variables,
        PULUMI_CONFIG: JSON.stringify(Object.fromEntries(request.getConfigMap().toArray())),
        PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(request.getConfigsecretkeysList()),
      },
      // What the program prints itself is not the engine's to show; errors reach it as messages.
      stdio: ["ignore", "ignore", "inherit"],
    },
  );
  const code = await exitOf(child);
  return code === 0
    ? new RunResponse()
    : code === EXPLAINED
      ? new RunResponse().setBail(true)
      : new RunResponse().setError(`Program exited with non-zero exit code: ${code}`);
}

/**
 * A pack reads the stack it works for from its environment, but the engine tells it by a call. So
 * the engine is given a stand-in that waits for that call, then starts the pack and passes on all.
 */
async function runPolicyPack(call: RunPluginCall): Promise<void> {
  const kind = call.request.getKind();
  if (kind !== "analyzer") {
    throw new Error(`This language host runs programs and policy packs, no plugin of kind ${kind}`);
  }
  let pack: Promise<PolicyPack> | undefined;
  const answer = async (name: string, method: string, request: Buffer): Promise<Buffer> => {
    if (name === "configureStack") {
      pack = startPack(call, AnalyzerStackConfigureRequest.deserializeBinary(request));
    }
    if (pack === undefined) {
      throw new Error("The engine has not said which stack the policy pack works for");
    }
    return forward((await pack).client, method, request);
  };
  const methods = Object.entries(ANALYZER)
    // Not knowing it is fine with the engine, which would tell addresses that packs do not use.
    .filter(([name]) => name !== "handshake")
    .map(([name, { path }]) => [name, unary((request: Buffer) => answer(name, path, request))]);
  const server = await servePlugin(ANALYZER, Object.fromEntries(methods));
  call.on("cancelled", () => {
    server.stop();
    pack?.then(stopPack, () => undefined);
  });
  call.write(new RunPluginResponse().setStdout(Buffer.from(`${server.port}\n`)));
}

type RunPluginCall = ServerWritableStream<RunPluginRequest, RunPluginResponse>;

interface PolicyPack {
  readonly child: ChildProcess;
  readonly client: Client;
}

/** Starts the pack with what the engine has told of the stack, and waits until it listens. */
async function startPack(
  call: RunPluginCall,
  stack: AnalyzerStackConfigureRequest,
): Promise<PolicyPack> {
  const { request } = call;
  const info = infoOf(request);
  const { variables } = runtimeOptions(info);
  const folder = info.getProgramDirectory();
  const environment = request.getEnvList().map((line) => {
    const [name = "", ...value] = line.split("=");
    return [name, value.join("=")];
  });
  const child = spawn(
    process.execPath,
    [entryPoint("run-policy-pack", info), ...request.getArgsList(), folder],
    {
      cwd: folder,
      env: {
        ...(Object.fromEntries(environment) as NodeJS.ProcessEnv),
        ...variables,
        PULUMI_NODEJS_ORGANIZATION: stack.getOrganization(),
        PULUMI_NODEJS_PROJECT: stack.getProject(),
        PULUMI_NODEJS_STACK: stack.getStack(),
        PULUMI_NODEJS_DRY_RUN: String(stack.getDryRun()),
        PULUMI_CONFIG: JSON.stringify(Object.fromEntries(stack.getConfigMap().toArray())),
      },
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  child.stderr.on("data", (chunk: Buffer) => {
    call.write(new RunPluginResponse().setStderr(chunk));
  });
  const port = await new Promise<string>((resolve, reject) => {
    createInterface(child.stdout).once("line", resolve);
    child.once("exit", (code) => {
      reject(new Error(`The policy pack ended with exit code ${code} before it listened`));
    });
  });
  return { child, client: new Client(`127.0.0.1:${port}`, credentials.createInsecure()) };
}

function stopPack({ child, client }: PolicyPack): void {
  client.close();
  child.kill();
}

function forward(client: Client, method: string, request: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    client.makeUnaryRequest(method, asIs, asIs, request, (error, answer = Buffer.alloc(0)) => {
      if (error === null) {
        resolve(answer);
      } else {
        reject(new Error(error.details));
      }
    });
  });
}

/** The Analyzer protocol with its messages as they are on the wire. */
const ANALYZER: ServiceDefinition = Object.fromEntries(
  Object.entries(AnalyzerService as ServiceDefinition).map(([name, method]) => [
    name,
    {
      ...method,
      requestSerialize: asIs,
      requestDeserialize: asIs,
      responseSerialize: asIs,
      responseDeserialize: asIs,
    },
  ]),
);

function asIs(message: Buffer): Buffer {
  return message;
}

/** `runtime.options` of `Pulumi.yaml` and `PulumiPolicy.yaml`, as far as the project uses them. */
function runtimeOptions(info: ProgramInfo): {
  readonly nodeargs: readonly string[];
  readonly variables: Readonly<Record<string, string>>;
} {
  const { typescript = true, nodeargs = "" } = (info.getOptions()?.toJavaScript() ?? {}) as {
    typescript?: boolean;
    nodeargs?: string;
  };
  return {
    nodeargs: nodeargs.split(" ").filter((argument) => argument !== ""),
    variables: typescript ? { PULUMI_NODEJS_TYPESCRIPT: "true" } : {},
  };
}

function entryPoint(name: "run" | "run-policy-pack", info: ProgramInfo): string {
  return require.resolve(`@pulumi/pulumi/cmd/${name}`, { paths: [info.getProgramDirectory()] });
}

function infoOf(request: { getInfo(): ProgramInfo | undefined }): ProgramInfo {
  const info = request.getInfo();
  if (info === undefined) {
    throw new Error("The engine did not say which program is meant");
  }
  return info;
}

function exitOf(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve, reject) => {
    child.once("error", reject).once("exit", resolve);
  });
}
