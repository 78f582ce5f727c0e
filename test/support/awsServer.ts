/** An AWS service that gives the answers it was told to, for programs that run as processes. */
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

export interface Answer {
  readonly status: number;
  /** Bytes as they are, anything else as JSON. */
  readonly body: unknown;
}

export interface Request {
  readonly target: string | undefined;
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

interface AwsServer {
  /** Environment variables that lead an SDK client here. */
  readonly environment: Readonly<Record<string, string>>;
  readonly requests: readonly Request[];
}

/**
 * Serves while `act` runs.
 * @param answers one after the other, the last one to all further requests; or what decides
 */
export async function withServer<T>(
  answers: readonly Answer[] | ((request: Request) => Answer),
  act: (server: AwsServer) => Promise<T>,
): Promise<T> {
  const requests: Request[] = [];
  const answerTo = (request: Request) =>
    typeof answers === "function"
      ? answers(request)
      : answers[Math.min(requests.length, answers.length - 1)];
  const server = createServer((incoming, response) => {
    void text(incoming).then((body) => {
      const { method = "", url: path = "", headers } = incoming;
      const target = headers["x-amz-target"]?.toString();
      const request = { target, method, path, headers, body };
      const answer = answerTo(request) ?? { status: 500, body: {} };
      requests.push(request);
      const isBytes = Buffer.isBuffer(answer.body);
      response.writeHead(answer.status, {
        "content-type": isBytes ? "application/octet-stream" : "application/x-amz-json-1.1",
      });
      response.end(isBytes ? answer.body : JSON.stringify(answer.body));
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
