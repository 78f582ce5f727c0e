/** One execution environment: a worker thread that holds the function's code and environment. */
import { Worker } from "node:worker_threads";

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
// Over the port, what a handler prints arrives in order with its answer. To read the worker's own
// streams would keep the whole process alive.
for (const stream of [process.stdout, process.stderr]) {
  stream._writev = null;
  stream._write = (chunk, encoding, done) => {
    parentPort.postMessage({ printed: String(chunk).replace(/\\n$/, "").split("\\n") });
    done();
  };
}
// As Lambda does: ".js" is CommonJS, ".mjs" is not.
const { module } = workerData;
const loaded = module.endsWith(".mjs")
  ? import(pathToFileURL(module))
  : Promise.resolve().then(() => require(module));
loaded.catch(() => undefined);
parentPort.on("message", async (event) => {
  try {
    const handler = (await loaded)[workerData.exportName];
    if (typeof handler !== "function") {
      throw Object.assign(new Error("the package does not export " + workerData.exportName), {
        name: "Runtime.HandlerNotFound",
      });
    }
    const payload = await handler(event, {
      functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
      awsRequestId: randomUUID(),
    });
    parentPort.postMessage({ payload });
  } catch (error) {
    const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
    parentPort.postMessage({ error: { name, message, trace: (stack ?? "").split("\\n") } });
  }
});
`;

/** What the bootstrap posts. */
type FromWorker = InvocationResult | { readonly printed: readonly string[] };

export class Sandbox {
  private readonly worker: Worker;
  /** False once the worker has ended, because the function took too long or crashed, even idle. */
  isUsable = true;

  /**
   * @param module file of the code
   * @param log takes each line that the function prints
   */
  constructor(
    module: string,
    exportName: string,
    environment: Readonly<Record<string, string>>,
    log: (line: string) => void,
  ) {
    this.worker = new Worker(BOOTSTRAP, {
      eval: true,
      // Options that load tools of ours into this process are none of the function's.
      execArgv: [],
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
      workerData: { module, exportName },
    });
    this.worker.on("message", (message: FromWorker) => {
      if ("printed" in message) {
        message.printed.forEach((line) => log(line));
      }
    });
    const markUnusable = () => {
      this.isUsable = false;
    };
    this.worker.on("error", markUnusable).on("exit", markUnusable).unref();
  }

  /** Hands one event to the handler; one at a time, as Lambda does. */
  invoke(event: unknown, timeoutMilliseconds: number): Promise<InvocationResult> {
    return new Promise((resolve) => {
      const settle = (result: InvocationResult) => {
        clearTimeout(timer);
        this.worker.off("message", onMessage).off("error", onError).off("exit", onExit);
        resolve(result);
      };
      const onMessage = (message: FromWorker) => {
        if (!("printed" in message)) {
          settle(message);
        }
      };
      const fail = (name: string, message: string) => {
        this.isUsable = false;
        settle({ error: { name, message, trace: [] } });
      };
      const onError = (error: Error) => {
        fail("Runtime.ExitError", error.message);
      };
      const onExit = () => {
        fail("Runtime.ExitError", "the function's execution environment ended");
      };
      const timer = setTimeout(() => {
        fail("Sandbox.Timedout", `Task timed out after ${timeoutMilliseconds / 1000} seconds`);
        void this.worker.terminate();
      }, timeoutMilliseconds);
      this.worker.on("message", onMessage).on("error", onError).on("exit", onExit);
      this.worker.postMessage(event);
    });
  }

  async stop(): Promise<void> {
    await this.worker.terminate();
  }
}
