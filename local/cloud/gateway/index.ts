/** The one HTTP server of the local cloud: finds out who asks which service, and passes it on. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Authority } from "../iam";
import { AwsError, type Service, type ServiceRequest, type ServiceResponse } from "../protocol";
import { decodeChunked } from "./chunked";
import { readClaim, verifySignature, type SignatureClaim, type SignedRequest } from "./signature";

const HOST = "127.0.0.1";
/** Far above every object of the workflow; bodies are held in memory. */
const MAX_BODY_BYTES = 2 ** 30;

interface Received extends SignedRequest {
  /** Why the request cannot be passed on. */
  readonly refusal?: AwsError;
}

/** A service and what it is signed as, or what answers in place of one. */
interface Destination {
  readonly service: Pick<Service, "renderError"> & Partial<Service>;
  readonly claim: SignatureClaim | undefined;
}

export class Gateway {
  private readonly services = new Map<string, Service>();
  private server: Server | undefined;

  /** @param onBug told of everything thrown that is not a refusal */
  constructor(
    private readonly authority: Authority,
    private readonly onBug: (bug: Error) => void,
  ) {}

  /** @param signingName the service's name in signatures, for example `s3` */
  register(signingName: string, service: Service): void {
    this.services.set(signingName, service);
  }

  /**
   * Listens on a free port of the loopback interface.
   * @returns the URL for all services; its host is an address, so that S3 clients address buckets
   * by path
   */
  async start(): Promise<string> {
    const server = createServer((request, response) => {
      this.answer(request, response).catch((error: unknown) => {
        // Nobody is left to tell: the caller went away, or the answer was half written.
        response.destroy();
        if (!isConnectionLoss(error)) {
          this.onBug(asError(error));
        }
      });
    });
    // Bodies of slow uploads take the time they need.
    server.requestTimeout = 0;
    // Connections end with their clients or with the cloud: one that this side closes may be just in use.
    server.keepAliveTimeout = 0;
    this.server = server;
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(0, HOST, resolve);
    });
    return `http://${HOST}:${(server.address() as AddressInfo).port}`;
  }

  /** Ends all connections; resolves when the port is free. */
  async stop(): Promise<void> {
    const server = this.server;
    this.server = undefined;
    if (server !== undefined) {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    }
  }

  private async answer(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const received = await receive(message);
    const { status, headers = {}, body = "" } = await this.dispatch(received);
    response.writeHead(status, { "content-length": Buffer.byteLength(body), ...headers });
    response.end(body);
  }

  private async dispatch(received: Received): Promise<ServiceResponse> {
    const { service, claim } = this.destination(received);
    const unauthenticated: ServiceRequest = {
      ...received,
      callerArn: "",
      authorize: denyAll,
    };
    try {
      if (received.refusal !== undefined) {
        throw received.refusal;
      }
      const request = this.authenticate(received, claim);
      if (service.handle === undefined) {
        throw new AwsError(
          "NotImplemented",
          501,
          `The local cloud has no service "${claim?.service ?? ""}", only: ` +
            [...this.services.keys()].join(", "),
        );
      }
      return await service.handle(request);
    } catch (error) {
      if (error instanceof AwsError) {
        return service.renderError(error, unauthenticated);
      }
      const bug = asError(error);
      this.onBug(bug);
      return service.renderError(
        new AwsError("InternalError", 500, `A bug of the local cloud: ${bug.message}`),
        unauthenticated,
      );
    }
  }

  private destination(received: SignedRequest): Destination {
    const claim = readClaim(received);
    const service = this.services.get(claim?.service ?? "");
    return { service: service ?? { renderError: renderForAnybody }, claim };
  }

  private authenticate(received: SignedRequest, claim: SignatureClaim | undefined): ServiceRequest {
    if (claim === undefined) {
      throw new AwsError(
        "MissingAuthenticationToken",
        403,
        "The request is not signed with AWS Signature Version 4",
      );
    }
    const { accessKeyId, region, service } = claim;
    const credentials = this.authority.credentialsOf(accessKeyId);
    if (credentials === undefined) {
      throw new AwsError(
        service === "s3" ? "InvalidAccessKeyId" : "UnrecognizedClientException",
        403,
        `The access key ${accessKeyId} is not one of the local cloud: pass the credentials that ` +
          "came with its endpoint",
      );
    }
    if (claim.sessionToken !== credentials.sessionToken) {
      throw new AwsError(
        service === "s3" ? "InvalidToken" : "UnrecognizedClientException",
        service === "s3" ? 400 : 403,
        `The session token does not belong to the access key ${accessKeyId}`,
      );
    }
    verifySignature(claim, received, credentials.secretAccessKey);
    return {
      ...received,
      ...decodeChunked(received.headers, received.body),
      callerArn: this.authority.arnOf(accessKeyId),
      authorize: this.authority.authorizerOf(accessKeyId, service, region),
    };
  }
}

/** Reads a request whole; a request that cannot be passed on comes with its refusal. */
async function receive(message: IncomingMessage): Promise<Received> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  await new Promise<void>((resolve, reject) => {
    message.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      // The rest is read all the same, so that the caller gets its answer.
      if (bytes <= MAX_BODY_BYTES) {
        chunks.push(chunk);
      }
    });
    message.on("end", resolve).on("error", reject);
  });
  const target = message.url ?? "";
  const path = target.split("?")[0] ?? "";
  // Not relative to a base, for a path may start with two slashes.
  const url = new URL(`http://${HOST}${path.startsWith("/") ? target : "/"}`);
  const received = {
    method: message.method ?? "",
    url,
    headers: headersOf(message),
    body: Buffer.concat(chunks),
  };
  if (bytes > MAX_BODY_BYTES) {
    const problem = `The body has ${bytes} bytes; the local cloud takes ${MAX_BODY_BYTES}`;
    return { ...received, refusal: new AwsError("EntityTooLarge", 400, problem) };
  }
  if (url.pathname !== path) {
    // A URL resolves such parts of a path away, so that another object would be meant.
    const problem = `The local cloud cannot address ${path}: it has "." or ".." between slashes`;
    return { ...received, refusal: new AwsError("InvalidURI", 400, problem) };
  }
  return received;
}

function headersOf(message: IncomingMessage): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(message.headers).map(([name, value = ""]) => [name, String(value)]),
  );
}

/** For requests that belong to no service: XML for the query protocols, JSON for the others. */
function renderForAnybody(
  { code, status, message }: AwsError,
  request: ServiceRequest,
): ServiceResponse {
  if (request.headers["content-type"]?.startsWith("application/x-www-form-urlencoded") === true) {
    const text = message.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
    return {
      status,
      headers: { "content-type": "text/xml" },
      body:
        `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code>` +
        `<Message>${text}</Message></Error></ErrorResponse>`,
    };
  }
  return {
    status,
    headers: { "content-type": "application/json", "x-amzn-errortype": code },
    body: JSON.stringify({ __type: code, message }),
  };
}

function denyAll(action: string): never {
  throw new Error(`${action} was asked for before the caller was known`);
}

function isConnectionLoss(error: unknown): boolean {
  return error instanceof Error && "code" in error && /^ECONN|^EPIPE$/.test(String(error.code));
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
