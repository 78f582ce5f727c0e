/** Serves the live page to the browsers of this machine, and takes pictures from them. */
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import * as path from "node:path";
import { GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { transform } from "esbuild";
import { messageOf } from "../../../common/failure";
import type { Cloud } from "../../cloud";
import { GIVEN_PREFIX, LiveFeed } from "./feed";
import { renderPage, STYLE_POLICY } from "./page";

/** What is read from a browser at most; what the functions decode is less. */
const MOST_BYTES = 100 * 1024 * 1024;

/** The page is sent no more often than this, in milliseconds. */
const LEAST_INTERVAL = 100;

/** Types of pictures that browsers show, by how the file begins (latin1). */
const SHOWN: readonly (readonly [begins: RegExp, type: string])[] = [
  [/^\x89PNG/, "image/png"],
  [/^\xff\xd8\xff/, "image/jpeg"],
  [/^GIF8/, "image/gif"],
  [/^BM/, "image/bmp"],
  [/^RIFF.{4}WEBP/s, "image/webp"],
  [/^.{4}ftypavi/s, "image/avif"],
];

const HEADERS = {
  "cache-control": "no-store",
  "content-security-policy":
    `default-src 'none'; img-src 'self' blob: data:; style-src ${STYLE_POLICY}; script-src 'self'; ` +
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
} as const;

/** A stack whose pictures are shown. */
export interface LiveStack {
  readonly name: string;
  readonly inferenceBucket: string;
  /** In label order. */
  readonly classes: readonly string[];
}

/** What a request is refused with. */
class Refusal extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

export class LivePage {
  private readonly s3: S3Client;
  private readonly feed: LiveFeed;
  private readonly server: Server;
  private readonly streams = new Set<ServerResponse>();
  private sending: NodeJS.Timeout | undefined;

  private constructor(
    cloud: Cloud,
    private readonly stack: LiveStack,
    private readonly script: string,
  ) {
    this.s3 = new S3Client(cloud.deployerSession());
    this.feed = new LiveFeed(cloud, stack.name, stack.inferenceBucket, stack.classes);
    this.feed.onChange(() => {
      // The first change is sent at once, those that follow it together.
      this.sending ??= this.send();
    });
    this.server = createServer((request, response) => {
      this.answer(request, response).catch((error: unknown) => {
        this.refuse(response, error);
      });
    });
  }

  /** Starts it on a free port of the loopback interface; it shows what happens from now on. */
  static async start(cloud: Cloud, stack: LiveStack): Promise<LivePage> {
    const source = await readFile(path.join(__dirname, "browser", "main.ts"), "utf8");
    const { code } = await transform(source, { loader: "ts", target: "es2022" });
    const page = new LivePage(cloud, stack, code);
    page.server.listen(0, "127.0.0.1");
    await once(page.server, "listening");
    return page;
  }

  get address(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    clearTimeout(this.sending);
    this.feed.stop();
    this.s3.destroy();
    this.server.close();
    this.server.closeAllConnections();
    await once(this.server, "close");
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    // A page from elsewhere must not reach the cloud through this machine's browser.
    if (`http://${request.headers.host}` !== this.address) {
      throw new Refusal(403, `This page is at ${this.address} alone`);
    }
    const { pathname, searchParams } = new URL(request.url ?? "/", this.address);
    const picture = /^\/pictures\/(\d+)$/.exec(pathname)?.[1];
    const place = /^\/pictures\/([0-9a-f-]{36})$/.exec(pathname)?.[1];
    if (request.method === "PUT" && place !== undefined) {
      await this.take(request, response, `${place}/${fileName(searchParams.get("name") ?? "")}`);
    } else if (request.method !== "GET") {
      throw new Refusal(405, `${request.method} is not answered here`);
    } else if (picture !== undefined) {
      await this.sendPicture(Number(picture), response);
    } else if (pathname === "/") {
      send(response, 200, "text/html; charset=utf-8", renderPage(this.stack));
    } else if (pathname === "/live.js") {
      send(response, 200, "text/javascript; charset=utf-8", this.script);
    } else if (pathname === "/events") {
      this.follow(request, response);
    } else {
      throw new Refusal(404, `There is no ${pathname}`);
    }
  }

  /** Keeps a browser told. */
  private follow(request: IncomingMessage, response: ServerResponse): void {
    response.writeHead(200, { ...HEADERS, "content-type": "text/event-stream" });
    response.write(this.message());
    this.streams.add(response);
    request.once("close", () => this.streams.delete(response));
  }

  private send(): NodeJS.Timeout {
    const message = this.message();
    for (const stream of this.streams) {
      stream.write(message);
    }
    return setTimeout(() => {
      this.sending = undefined;
      if (this.message() !== message) {
        this.sending = this.send();
      }
    }, LEAST_INTERVAL).unref();
  }

  private message(): string {
    return `data: ${JSON.stringify(this.feed.state)}\n\n`;
  }

  /** Uploads a picture, as anybody would who has the right to. */
  private async take(
    request: IncomingMessage,
    response: ServerResponse,
    name: string,
  ): Promise<void> {
    // Other pages can send this type only after asking, and are not let.
    if (request.headers["content-type"] !== "application/octet-stream") {
      throw new Refusal(415, "Send the picture as application/octet-stream");
    }
    const Body = await bodyOf(request);
    const Key = `${GIVEN_PREFIX}${name}`;
    await this.s3.send(new PutObjectCommand({ Bucket: this.stack.inferenceBucket, Key, Body }));
    send(response, 201, "text/plain; charset=utf-8", `${Key}\n`);
  }

  private async sendPicture(id: number, response: ServerResponse): Promise<void> {
    const picture = this.feed.picture(id);
    if (picture === undefined) {
      throw new Refusal(404, "This picture is shown no more");
    }
    const { Body } = await this.s3.send(
      new GetObjectCommand({
        Bucket: this.stack.inferenceBucket,
        Key: picture.key,
        VersionId: picture.versionId,
      }),
    );
    const bytes = Buffer.from((await Body?.transformToByteArray()) ?? []);
    const type = SHOWN.find(([begins]) => begins.test(bytes.toString("latin1", 0, 16)))?.[1];
    if (type === undefined) {
      throw new Refusal(415, "Browsers show no such file");
    }
    send(response, 200, type, bytes);
  }

  private refuse(response: ServerResponse, error: unknown): void {
    const status = error instanceof Refusal ? error.status : 500;
    if (response.headersSent) {
      response.destroy();
    } else {
      send(response, status, "text/plain; charset=utf-8", `${messageOf(error)}\n`);
    }
  }
}

function send(response: ServerResponse, status: number, type: string, body: string | Buffer): void {
  response.writeHead(status, { ...HEADERS, "content-type": type }).end(body);
}

/** Without the folder, however the browser's system writes it. */
function fileName(name: string): string {
  return name.replace(/^.*[/\\]/s, "") || "picture";
}

/** @throws Refusal when it is too much, or nothing */
async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > MOST_BYTES) {
      throw new Refusal(413, `A picture may have ${MOST_BYTES / 2 ** 20} MiB`);
    }
    chunks.push(chunk);
  }
  if (length === 0) {
    throw new Refusal(400, "There is nothing in this file");
  }
  return Buffer.concat(chunks);
}
