/** Function URLs: HTTP in front of a function, each at a port of its own ("Lambda function URLs"). */
import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { z } from "zod";
import type { InvocationResult } from "./sandbox";

const HOST = "127.0.0.1";
/** Largest request and response ("Lambda quotas"). */
const MOST_BYTES = 6 * 1024 * 1024;

/** What a function answers; anything else that is JSON is the body of an answer with status 200. */
const functionAnswer = z.looseObject({
  statusCode: z.int(),
  headers: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
  body: z.string().optional(),
  isBase64Encoded: z.boolean().optional(),
});

/** Actions that everybody must be given before a URL without authorization is open. */
export const PUBLIC_URL_ACTIONS = ["lambda:InvokeFunctionUrl", "lambda:InvokeFunction"] as const;

export interface FunctionUrlTarget {
  /** Invokes the function with an event of the payload format 2.0. */
  readonly invoke: (event: unknown) => Promise<InvocationResult>;
  /** Whether everybody may call the function by its URL. */
  readonly isOpen: () => boolean;
}

export class FunctionUrls {
  private readonly servers = new Map<string, Server>();

  /** @returns the URL, which ends in a slash */
  async create(functionArn: string, target: FunctionUrlTarget): Promise<string> {
    const server = createServer((request, response) => {
      respond(request, response, target).catch(() => response.destroy());
    });
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(0, HOST, resolve);
    });
    await this.delete(functionArn);
    this.servers.set(functionArn, server);
    return `http://${HOST}:${(server.address() as AddressInfo).port}/`;
  }

  /** Removes a function's URL; one that is not there is as good as removed. */
  async delete(functionArn: string): Promise<void> {
    const server = this.servers.get(functionArn);
    this.servers.delete(functionArn);
    if (server !== undefined) {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    }
  }

  async stop(): Promise<void> {
    await Promise.all([...this.servers.keys()].map((arn) => this.delete(arn)));
  }
}

async function respond(
  request: IncomingMessage,
  response: ServerResponse,
  target: FunctionUrlTarget,
): Promise<void> {
  const body = await read(request);
  if (!target.isOpen()) {
    plain(response, 403, { Message: "Forbidden" });
    return;
  }
  if (body === undefined) {
    plain(response, 413, { Message: "Request Too Large" });
    return;
  }
  const result = await target.invoke(eventOf(request, body));
  if ("error" in result) {
    plain(response, 502, "Internal Server Error");
    return;
  }
  const answer = functionAnswer.safeParse(result.payload);
  if (!answer.success) {
    plain(response, 200, result.payload);
    return;
  }
  const { statusCode, headers = {}, body: text = "", isBase64Encoded = false } = answer.data;
  const bytes = Buffer.from(text, isBase64Encoded ? "base64" : "utf8");
  if (bytes.length > MOST_BYTES) {
    plain(response, 502, "Internal Server Error");
    return;
  }
  const fields = Object.entries(headers).map(([name, value]) => [name, String(value)]);
  response.writeHead(statusCode, {
    "content-type": "application/json",
    ...(Object.fromEntries(
      fields.map(([name = "", value]) => [name.toLowerCase(), value]),
    ) as Record<string, string>),
    "content-length": bytes.length,
  });
  response.end(bytes);
}

/** "Request payload format" 2.0, as far as there is something to tell. */
function eventOf(request: IncomingMessage, body: Buffer) {
  const [rawPath = "/", rawQueryString = ""] = (request.url ?? "/").split(/\?(.*)/s);
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, [value].flat().join(",")]),
  );
  const query = [...new URLSearchParams(rawQueryString)];
  const isText = /^(text\/|application\/(json|x-www-form-urlencoded|xml|javascript))/.test(
    headers["content-type"] ?? "",
  );
  const now = new Date();
  return {
    version: "2.0",
    routeKey: "$default",
    rawPath,
    rawQueryString,
    headers,
    ...(query.length === 0 ? {} : { queryStringParameters: Object.fromEntries(query) }),
    requestContext: {
      accountId: "anonymous",
      domainName: headers["host"] ?? HOST,
      http: {
        method: request.method ?? "GET",
        path: rawPath,
        protocol: "HTTP/1.1",
        sourceIp: HOST,
        userAgent: headers["user-agent"] ?? "",
      },
      requestId: randomUUID(),
      routeKey: "$default",
      stage: "$default",
      time: now.toUTCString(),
      timeEpoch: now.getTime(),
    },
    ...(body.length === 0 ? {} : { body: body.toString(isText ? "utf8" : "base64") }),
    isBase64Encoded: body.length > 0 && !isText,
  };
}

/** @returns undefined if it is too large */
async function read(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= MOST_BYTES) {
      chunks.push(chunk);
    }
  }
  return bytes > MOST_BYTES ? undefined : Buffer.concat(chunks);
}

function plain(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(typeof body === "string" ? body : JSON.stringify(body ?? null));
}
