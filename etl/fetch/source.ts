import { GetObjectCommand, S3ServiceException, type S3Client } from "@aws-sdk/client-s3";
import type { IncomingHttpHeaders } from "node:http";
import type { Readable } from "node:stream";
import { requestUrl } from "../../common/proxy";
import { UsageError } from "../errors";
import { SourceError, type Remedy, type SourceAnswer } from "./answer";
import { decodeBody } from "./encoding";

/** Where an archive can be read from. */
export interface Source {
  readonly url: string;
  /**
   * Throws {@link SourceError}, or whatever the network does, which is worth another attempt.
   * @param version what the part before `offset` came from, when `offset` is not 0
   */
  open(offset: number, version: string | undefined, signal: AbortSignal): Promise<SourceAnswer>;
}

const TEMPORARY_STATUS: ReadonlySet<number> = new Set([408, 425, 429, 500, 502, 503, 504]);
/** Precondition failed, range not satisfiable. */
const OUTDATED_STATUS: ReadonlySet<number> = new Set([412, 416]);

function remedyFor(status: number): Remedy {
  return TEMPORARY_STATUS.has(status) ? "retry" : OUTDATED_STATUS.has(status) ? "restart" : "none";
}

const REDIRECT_STATUS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
const MOST_REDIRECTS = 10;

/**
 * An `http://` or `https://` URL; redirects are followed (RFC 9110, section 14, for ranges).
 * Throws `UsageError` for one that is none.
 */
export function httpSource(url: string): Source {
  if (!URL.canParse(url)) {
    throw new UsageError(`${url} is no URL. Correct --archive.`);
  }
  const shown = new URL(url);
  shown.username = "";
  shown.password = "";
  return {
    url: shown.href,
    async open(offset, version, signal) {
      const headers: Record<string, string> = { "accept-encoding": "identity" };
      if (offset > 0) {
        headers["range"] = `bytes=${offset}-`;
        if (version !== undefined) {
          headers["if-range"] = version;
        }
      }
      const response = await follow(new URL(url), headers, signal);
      const { statusCode, body } = response;
      if (statusCode !== 200 && statusCode !== 206) {
        discard(body);
        throw new SourceError(`the server answered ${statusCode}`, remedyFor(statusCode));
      }
      const range = parseContentRange(header(response.headers, "content-range"));
      const length = header(response.headers, "content-length");
      return decodeBody(
        {
          offset: statusCode === 206 ? (range?.start ?? offset) : 0,
          total:
            statusCode === 206 ? range?.total : length === undefined ? undefined : Number(length),
          version: strongVersion(response.headers),
          body,
        },
        header(response.headers, "content-encoding"),
      );
    },
  };
}

/** Asks, and goes where the answer points to, but never from a protected connection to an open one. */
async function follow(
  url: URL,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<Awaited<ReturnType<typeof requestUrl>>> {
  const visited = new Set<string>();
  for (let at = url; ;) {
    if (visited.has(at.href)) {
      throw new SourceError(`the server redirects in a circle, back to ${at.origin}`, "none");
    }
    if (visited.size > MOST_REDIRECTS) {
      throw new SourceError(`the server redirects more than ${MOST_REDIRECTS} times`, "none");
    }
    visited.add(at.href);
    const credentials = at.origin === url.origin ? authorization(url) : {};
    const response = await requestUrl(at.href, { ...headers, ...credentials }, signal);
    const location = header(response.headers, "location");
    if (!REDIRECT_STATUS.has(response.statusCode) || location === undefined) {
      return response;
    }
    discard(response.body);
    const next = URL.canParse(location, at.href) ? new URL(location, at.href) : undefined;
    if (next?.protocol !== "https:" && next?.protocol !== "http:") {
      throw new SourceError(`the server redirects to ${JSON.stringify(location)}`, "none");
    }
    if (at.protocol === "https:" && next.protocol === "http:") {
      throw new SourceError(
        `the server redirects from https to ${next.origin}, where anybody on the way could change ` +
          `the archive`,
        "none",
      );
    }
    at = next;
  }
}

/** Basic authentication, from a URL that has a user in it. */
function authorization({ username, password }: URL): Record<string, string> {
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return username === "" ? {} : { authorization: `Basic ${Buffer.from(pair).toString("base64")}` };
}

/** Ends an answer that nobody will read. */
function discard(body: Readable): void {
  body.on("error", () => undefined).destroy();
}

/** Parts of an `s3://bucket/key` URL; the key is taken as it stands, as the AWS CLI does. */
function parseS3Url(url: string): { readonly bucket: string; readonly key: string } {
  const [, bucket, key] = /^s3:\/\/([^/]+)\/(.+)$/is.exec(url) ?? [];
  if (bucket === undefined || key === undefined) {
    throw new UsageError(`${url} names no object. Write s3://bucket/key with --archive.`);
  }
  return { bucket, key };
}

/** An `s3://bucket/key` URL. Throws `UsageError` for one without a key. */
export function s3Source(url: string, createClient: () => S3Client): Source {
  const { bucket, key } = parseS3Url(url);
  const client = createClient();
  return {
    url,
    async open(offset, version, signal) {
      try {
        const object = await client.send(
          new GetObjectCommand({
            Bucket: bucket,
            Key: key,
            ...(offset > 0 ? { Range: `bytes=${offset}-`, IfMatch: version } : {}),
          }),
          { abortSignal: signal },
        );
        const range = parseContentRange(object.ContentRange);
        return await decodeBody(
          {
            offset: range?.start ?? 0,
            total: range?.total ?? object.ContentLength,
            version: object.ETag,
            body: object.Body as Readable,
          },
          object.ContentEncoding,
        );
      } catch (error) {
        if (error instanceof S3ServiceException) {
          throw new SourceError(
            `${error.name}: ${error.message}`,
            remedyFor(error.$metadata.httpStatusCode ?? 500),
            { cause: error },
          );
        }
        throw error;
      }
    },
  };
}

function header(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
}

function parseContentRange(
  header: string | undefined,
): { readonly start: number; readonly total: number | undefined } | undefined {
  const match = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(header ?? "");
  return match === null
    ? undefined
    : { start: Number(match[1]), total: match[2] === "*" ? undefined : Number(match[2]) };
}

/** A weak entity tag cannot join two parts (RFC 9110, section 13.1.5). */
function strongVersion(headers: IncomingHttpHeaders): string | undefined {
  const tag = header(headers, "etag");
  return tag !== undefined && !tag.startsWith("W/") ? tag : header(headers, "last-modified");
}
