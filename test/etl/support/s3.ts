import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { S3Client } from "@aws-sdk/client-s3";
import { RETRIES } from "../../../common/s3";

/** The part of S3 that the ETL uses, with one bucket, in memory. */
export interface S3Stub {
  readonly endpoint: string;
  /** By key; a version of its own by `key?versionId=version`. */
  readonly objects: Map<string, Buffer>;
  /** When objects were written, by key; half a century ago unless given. */
  readonly modified: Map<string, string>;
  /** `METHOD key` of every request that was carried out. */
  readonly requests: string[];
  /** Decides on answering a request with an error instead: a status and an S3 error code. */
  fault: ((method: string, key: string) => readonly [number, string] | undefined) | undefined;
  /** Whether entity tags are those of a bucket with a KMS key, which tell nothing. */
  encrypted: boolean;
  /** Tries as often as the ETL's own client. */
  client(): S3Client;
  close(): Promise<void>;
}

export const BUCKET = "dataset";
/** Few, so that listings have pages. */
const KEYS_PER_PAGE = 50;

export async function startS3(): Promise<S3Stub> {
  const server = createServer((request, response) => {
    void receive(request).then((body) => answer(stub, request, body, response));
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  const endpoint = `http://127.0.0.1:${port}`;
  const stub: S3Stub = {
    endpoint,
    objects: new Map(),
    modified: new Map(),
    requests: [],
    fault: undefined,
    encrypted: false,
    client: () =>
      new S3Client({
        endpoint,
        forcePathStyle: true,
        region: "eu-west-1",
        credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret" },
        ...RETRIES,
      }),
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
  return stub;
}

async function receive(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of request) {
      chunks.push(chunk as Buffer);
    }
  } catch {
    // The client was killed; what has arrived is short, and its checksum refuses it.
  }
  return Buffer.concat(chunks);
}

function answer(
  stub: S3Stub,
  request: IncomingMessage,
  body: Buffer,
  response: ServerResponse,
): void {
  const { method = "" } = request;
  const url = new URL(request.url ?? "", stub.endpoint);
  const [, bucket, ...rest] = url.pathname.split("/").map(decodeURIComponent);
  const key = rest.join("/");
  const refuse = (status: number, code: string): void => {
    response.statusCode = status;
    response.end(`<Error><Code>${code}</Code><Message>refused</Message></Error>`);
  };
  const fault = stub.fault?.(method, key);
  if (fault !== undefined) {
    return refuse(...fault);
  }
  if (bucket !== BUCKET) {
    return refuse(404, "NoSuchBucket");
  }
  const tag = (bytes: Buffer): string =>
    `"${stub.encrypted ? "0123456789abcdef0123456789abcdef" : md5(bytes).toString("hex")}"`;
  stub.requests.push(`${method} ${key}`);
  const version = url.searchParams.get("versionId");
  const object = stub.objects.get(version === null ? key : `${key}?versionId=${version}`);
  switch (method) {
    case "PUT":
      if (request.headers["content-md5"] !== md5(body).toString("base64")) {
        return refuse(400, "BadDigest");
      }
      stub.objects.set(key, body);
      response.setHeader("etag", tag(body));
      response.end();
      return;
    case "DELETE":
      stub.objects.delete(key);
      response.statusCode = 204;
      response.end();
      return;
    case "GET":
    case "HEAD":
      if (key === "") {
        response.end(listing(stub, url.searchParams, tag));
      } else if (object === undefined) {
        refuse(404, version === null ? "NoSuchKey" : "NoSuchVersion");
      } else {
        send(object, request, response, tag(object));
      }
      return;
    default:
      refuse(405, "MethodNotAllowed");
  }
}

function send(
  object: Buffer,
  request: IncomingMessage,
  response: ServerResponse,
  tag: string,
): void {
  const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1] ?? 0);
  response.statusCode = start > 0 ? 206 : 200;
  response.setHeader("etag", tag);
  response.setHeader("content-length", object.length - start);
  if (start === 0) {
    response.setHeader("x-amz-checksum-sha256", sha256(object));
  } else {
    response.setHeader("content-range", `bytes ${start}-${object.length - 1}/${object.length}`);
  }
  response.end(request.method === "HEAD" ? undefined : object.subarray(start));
}

function listing(stub: S3Stub, query: URLSearchParams, tag: (bytes: Buffer) => string): string {
  const after = query.get("continuation-token") ?? "";
  const prefix = query.get("prefix") ?? "";
  const keys = [...stub.objects.keys()]
    .sort()
    .filter((key) => key > after && key.startsWith(prefix) && !key.includes("?versionId="));
  const page = keys.slice(0, KEYS_PER_PAGE);
  const contents = page.map((key) => {
    const bytes = stub.objects.get(key) ?? Buffer.alloc(0);
    const modified = stub.modified.get(key) ?? "1976-01-01T00:00:00.000Z";
    return (
      `<Contents><Key>${key}</Key><Size>${bytes.length}</Size><ETag>${tag(bytes)}</ETag>` +
      `<LastModified>${modified}</LastModified></Contents>`
    );
  });
  const token =
    keys.length > page.length
      ? `<NextContinuationToken>${page.at(-1)}</NextContinuationToken>`
      : "";
  return `<ListBucketResult><Name>${BUCKET}</Name>${contents.join("")}${token}</ListBucketResult>`;
}

function md5(bytes: Buffer): Buffer {
  return createHash("md5").update(bytes).digest();
}

function sha256(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("base64");
}
