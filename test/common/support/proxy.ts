/** A forward proxy on this machine that answers by itself, and remembers what it was asked. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

interface Proxy {
  readonly url: string;
  /** `GET http://host/path` for a forwarded request, `CONNECT host:port` for a tunnel. */
  readonly requests: readonly string[];
}

/** Runs while `act` runs; forwarded requests are answered with `body`, tunnels are refused. */
export async function withProxy<T>(body: string, act: (proxy: Proxy) => Promise<T>): Promise<T> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    response.end(body);
  });
  server.on("connect", (request, socket) => {
    requests.push(`CONNECT ${request.url}`);
    socket.end("HTTP/1.1 403 Forbidden\r\n\r\n");
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  try {
    const { port } = server.address() as AddressInfo;
    return await act({ url: `http://127.0.0.1:${port}`, requests });
  } finally {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  }
}

/** Sets variables of this process while `act` runs; undefined takes one away. */
export async function withVariables<T>(
  variables: Readonly<Record<string, string | undefined>>,
  act: () => Promise<T>,
): Promise<T> {
  const before = Object.keys(variables).map((name) => [name, process.env[name]] as const);
  const set = (name: string, value: string | undefined) => {
    if (value === undefined) {
      Reflect.deleteProperty(process.env, name);
    } else {
      process.env[name] = value;
    }
  };
  for (const [name, value] of Object.entries(variables)) {
    set(name, value);
  }
  try {
    return await act();
  } finally {
    for (const [name, value] of before) {
      set(name, value);
    }
  }
}
