/** moto, a stand-in for AWS in Python: judges what our own stand-in cannot. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

export interface Moto {
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts moto if `MOTO_SERVER` or the PATH has it; resolves when it answers. */
export async function startMoto(): Promise<Moto | undefined> {
  const port = await freePort();
  const server = await start(port);
  return (
    server && {
      url: `http://127.0.0.1:${port}`,
      async stop() {
        const ended = once(server, "exit");
        server.kill("SIGKILL");
        await ended;
      },
    }
  );
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
