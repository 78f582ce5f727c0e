import { createServer, type IncomingHttpHeaders, type Server } from "node:http";

export interface Recorded {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer | string;
}

/** An HTTP server on loopback that answers every request alike and remembers it. */
export class StubServer {
  readonly requests: Recorded[] = [];

  private constructor(private readonly server: Server) {}

  /** @param answer undefined to leave every request unanswered */
  static async start(answer: Answer | undefined): Promise<StubServer> {
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        const { method = "", url = "", headers } = request;
        stub.requests.push({ method, path: url, headers, body: Buffer.concat(chunks) });
        if (answer !== undefined) {
          const { status, headers: given, body: sent = "" } = answer;
          const length = Buffer.byteLength(sent);
          response.writeHead(status, { "content-length": length, ...given }).end(sent);
        }
      });
    });
    const stub = new StubServer(server);
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    return stub;
  }

  get url(): string {
    const address = this.server.address();
    if (address === null || typeof address === "string") {
      throw new Error("the server does not listen on a port");
    }
    return `http://127.0.0.1:${address.port}`;
  }

  /** Resolves when no connection is open any more. */
  async idle(): Promise<void> {
    while ((await this.connections()) > 0) {
      await new Promise((done) => setTimeout(done, 5));
    }
  }

  private connections(): Promise<number> {
    return new Promise((resolve, reject) =>
      this.server.getConnections((error, count) => (error ? reject(error) : resolve(count))),
    );
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((done) => this.server.close(done));
  }
}

/** Starts a server, and stops it whatever `act` does. */
export async function withServer<T>(
  answer: Answer | undefined,
  act: (server: StubServer) => Promise<T>,
): Promise<T> {
  const server = await StubServer.start(answer);
  try {
    return await act(server);
  } finally {
    await server.stop();
  }
}

/** Settings that let an SDK client talk to a stub server. */
export const STUB_CLIENT = {
  region: "eu-west-1",
  credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret" },
} as const;
