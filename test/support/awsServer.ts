/** An AWS service that gives the answers it was told to, for programs that run as processes. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

export interface Answer {
  readonly status: number;
  /** Sent as JSON. */
  readonly body: unknown;
}

interface AwsServer {
  /** Environment variables that lead an SDK client here. */
  readonly environment: Readonly<Record<string, string>>;
  readonly requests: readonly {
    readonly target: string | undefined;
    readonly path: string;
    readonly body: string;
  }[];
}

/** Serves while `act` runs; the last answer is given to all further requests. */
export async function withServer<T>(
  answers: readonly Answer[],
  act: (server: AwsServer) => Promise<T>,
): Promise<T> {
  const requests: { target: string | undefined; path: string; body: string }[] = [];
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const target = request.headers["x-amz-target"];
      const answer = answers[Math.min(requests.length, answers.length - 1)];
      requests.push({ target: target?.toString(), path: request.url ?? "", body });
      response.writeHead(answer?.status ?? 500, { "content-type": "application/x-amz-json-1.1" });
      response.end(JSON.stringify(answer?.body));
    });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  try {
    const { port } = server.address() as AddressInfo;
    return await act({
      requests,
      environment: {
        AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
        AWS_REGION: "eu-west-1",
        AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
        AWS_SECRET_ACCESS_KEY: "secret",
        // The SDK warns about the oldest Node.js that the project supports.
        NODE_NO_WARNINGS: "1",
      },
    });
  } finally {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  }
}
