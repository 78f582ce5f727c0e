/** moto, a stand-in for AWS in Python: judges what our own stand-in cannot. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

export interface Moto {
  readonly url: string;
  /** For the constructor of any client of the AWS SDK. */
  readonly clientSettings: {
    readonly endpoint: string;
    readonly region: string;
    readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  };
  stop(): Promise<void>;
}

/** Longest that moto may take to start, in milliseconds. */
const START_TIMEOUT = 60_000;

/**
 * Starts moto if `MOTO_SERVER` or the PATH has it; resolves when it answers. Without it the test, or
 * all tests of the suite, are skipped, and whoever looks is told.
 */
export async function startMoto(context: Mocha.Context): Promise<Moto> {
  context.timeout(START_TIMEOUT);
  const port = await freePort();
  const server = await start(port);
  if (server === undefined) {
    console.warn("    moto_server is not there: this is judged by nobody else");
    return context.skip();
  }
  const url = `http://127.0.0.1:${port}`;
  return {
    url,
    clientSettings: {
      endpoint: url,
      region: "eu-west-1",
      credentials: { accessKeyId: "test", secretAccessKey: "test" },
    },
    async stop() {
      const ended = once(server, "exit");
      server.kill("SIGKILL");
      await ended;
    },
  };
}

async function start(port: number): Promise<ChildProcess | undefined> {
  const server = spawn(
    process.env["MOTO_SERVER"] ?? "moto_server",
    ["-H", "127.0.0.1", "-p", String(port)],
    { stdio: "ignore" },
  );
  const gone = new Promise<"gone">((resolve) => {
    server.once("error", () => {
      resolve("gone");
    });
    server.once("exit", () => {
      resolve("gone");
    });
  });
  while ((await Promise.race([gone, answers(port)])) !== "gone") {
    if (await answers(port)) {
      return server;
    }
    await sleep(200);
  }
  return undefined;
}

async function answers(port: number): Promise<boolean> {
  try {
    return (await fetch(`http://127.0.0.1:${port}/moto-api/`)).ok;
  } catch {
    return false;
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}
