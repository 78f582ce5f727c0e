/** One execution environment: a worker thread that holds the function's code and environment. */
import {
  MessageChannel,
  receiveMessageOnPort,
  Worker,
  type MessagePort,
} from "node:worker_threads";

/** What a handler answered: its payload, or the error it threw. */
export type InvocationResult =
  | { readonly payload: unknown }
  | {
      readonly error: { readonly name: string; readonly message: string; readonly trace: string[] };
    };

/**
 * What runs inside the worker. It is plain JavaScript in a string because a worker thread cannot
 * load TypeScript on Node 20.
 */
const BOOTSTRAP = `
const { randomUUID } = require("node:crypto");
const { pathToFileURL } = require("node:url");
const { parentPort, workerData } = require("node:worker_threads");
// To read the worker's own streams would keep the whole process alive.
for (const stream of [process.stdout, process.stderr]) {
  stream._writev = null;
  stream._write = (chunk, encoding, done) => {
    workerData.printed.postMessage(String(chunk));
    done();
  };
}
// As Lambda does: ".js" is CommonJS, ".mjs" is not.
const { module } = workerData;
const loaded = module.endsWith(".mjs")
  ? import(pathToFileURL(module))
  : Promise.resolve().then(() => require(module));
loaded.catch(() => undefined);
// Events and answers are JSON, as Lambda has them.
parentPort.on("message", async (event) => {
  try {
    const handler = (await loaded)[workerData.exportName];
    if (typeof handler !== "function") {
      throw Object.assign(new Error("the package does not export " + workerData.exportName), {
        name: "Runtime.HandlerNotFound",
      });
    }
    const payload = await handler(JSON.parse(event), {
      functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
      awsRequestId: randomUUID(),
    });
    workerData.answers.postMessage({ payload: JSON.stringify(payload) ?? "null" });
  } catch (error) {
    const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
    workerData.answers.postMessage({ error: { name, message, trace: (stack ?? "").split("\\n") } });
  }
});
`;

/**
 * Room for what a function has just made. With as much as V8 gives by itself, each thread comes to keep
 * all of it.
 */
const YOUNG_GENERATION_MEGABYTES = 12;

type Failure = Extract<InvocationResult, { readonly error: unknown }>;

/** What the bootstrap posts; its payload is JSON. */
type FromWorker = { readonly payload: string } | Failure;

export class Sandbox {
  private readonly worker: Worker;
  /** Holds what the function prints until it is asked for: to be told of each line takes longer. */
  private readonly printed: MessagePort;
  /** Of its own, for what a worker says of its end may overtake what it has said before. */
  private readonly answers: MessagePort;
  /** Takes the answer to the event that is being handled. */
  private settle: ((result: FromWorker) => void) | undefined;
  private usable = true;

  /**
   * @param module file of the code
   * @param log takes each line that the function prints, before its answer at the latest
   */
  constructor(
    module: string,
    exportName: string,
    environment: Readonly<Record<string, string>>,
    private readonly log: (line: string) => void,
  ) {
    const printed = new MessageChannel();
    const answers = new MessageChannel();
    this.printed = printed.port1;
    this.answers = answers.port1;
    this.worker = new Worker(BOOTSTRAP, {
      eval: true,
      // Options that load tools of ours into this process are none of the function's.
      execArgv: [],
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MEGABYTES },
      env: {
        // The code was built for another Node than this one, of which its SDK would complain.
        AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
        // Set by Lambda ("Defined runtime environment variables", Lambda Developer Guide).
        AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
        ...environment,
      },
      // Nothing of it may reach our own output, not even what passes by the bootstrap.
      stdout: true,
      stderr: true,
      workerData: { module, exportName, printed: printed.port2, answers: answers.port2 },
      transferList: [printed.port2, answers.port2],
    });
    this.answers.on("message", (message: FromWorker) => this.settle?.(message));
    this.answers.unref();
    this.worker.on("error", ({ message }: Error) => {
      this.end("Runtime.ExitError", message);
    });
    this.worker.on("exit", () => {
      this.end("Runtime.ExitError", "the function's execution environment ended");
    });
    this.worker.unref();
  }

  /** False once the worker has ended, because the function took too long or crashed, even idle. */
  get isUsable(): boolean {
    return this.usable;
  }

  /** Hands one event to the handler; one at a time, as Lambda does. */
  invoke(event: unknown, timeoutMilliseconds: number): Promise<InvocationResult> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.end("Sandbox.Timedout", `Task timed out after ${timeoutMilliseconds / 1000} seconds`);
        void this.worker.terminate();
      }, timeoutMilliseconds);
      this.settle = (result) => {
        clearTimeout(timer);
        this.settle = undefined;
        this.readLog();
        resolve("error" in result ? result : { payload: JSON.parse(result.payload) as unknown });
      };
      this.worker.postMessage(JSON.stringify(event) ?? "null");
    });
  }

  /** Hands what was printed to the log. */
  readLog(): void {
    for (;;) {
      const received = receiveMessageOnPort(this.printed) as
        { readonly message: string } | undefined;
      if (received === undefined) {
        return;
      }
      received.message
        .replace(/\n$/, "")
        .split("\n")
        .forEach((line) => this.log(line));
    }
  }

  async stop(): Promise<void> {
    await this.worker.terminate();
  }

  /** Settles what is being handled: with its answer, if there was one before the end. */
  private end(name: string, message: string): void {
    this.usable = false;
    this.readLog();
    const answered = receiveMessageOnPort(this.answers) as
      { readonly message: FromWorker } | undefined;
    this.settle?.(answered?.message ?? { error: { name, message, trace: [] } });
  }
}
