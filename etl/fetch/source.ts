import { GetObjectCommand, S3ServiceException, type S3Client } from "@aws-sdk/client-s3";
import type { Readable } from "node:stream";
import { fetchUrl } from "../../common/proxy";

/** An answer to "the archive from this byte on". */
export interface SourceAnswer {
  /** Byte that `body` starts at: the one asked for, or 0 where the server knows no ranges. */
  readonly offset: number;
  /** Bytes of the whole archive, if the server says so. */
  readonly total: number | undefined;
  /** Changes when the archive does; undefined where the server gives no such mark. */
  readonly version: string | undefined;
  readonly body: AsyncIterable<Uint8Array>;
}

/**
 * What can be done about it: ask again, ask again from the start, since the archive is no longer
 * the one that the first part came from, or ask somebody else.
 */
export type Remedy = "retry" | "restart" | "none";

/** The server does not give the archive. */
export class SourceError extends Error {
  override readonly name = "SourceError";

  constructor(
    problem: string,
    readonly remedy: Remedy,
    options?: ErrorOptions,
  ) {
    super(problem, options);
  }
}

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

/** An `http://` or `https://` URL; redirects are followed (RFC 9110, section 14, for ranges). */
export function httpSource(url: string): Source {
  return {
    url,
    async open(offset, version, signal) {
      const headers = new Headers({ "accept-encoding": "identity" });
      if (offset > 0) {
        headers.set("range", `bytes=${offset}-`);
        if (version !== undefined) {
          headers.set("if-range", version);
        }
      }
      const response = await fetchUrl(url, { headers, signal });
      if (!response.ok || response.body === null) {
        await response.body?.cancel();
        throw new SourceError(
          `the server answered ${response.status} ${response.statusText}`.trim(),
          remedyFor(response.status),
        );
      }
      const range = parseContentRange(response.headers.get("content-range"));
      const length = response.headers.get("content-length");
      return {
        offset: response.status === 206 ? (range?.start ?? offset) : 0,
        total:
          response.status === 206 ? range?.total : length === null ? undefined : Number(length),
        version: strongVersion(response.headers),
        body: response.body,
      };
    },
  };
}

/** An `s3://bucket/key` URL. */
export function s3Source(url: string, client: S3Client): Source {
  const { hostname: bucket, pathname } = new URL(url);
  const key = decodeURIComponent(pathname.slice(1));
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
        const range = parseContentRange(object.ContentRange ?? null);
        return {
          offset: range?.start ?? 0,
          total: range?.total ?? object.ContentLength,
          version: object.ETag,
          body: object.Body as Readable,
        };
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

function parseContentRange(
  header: string | null,
): { readonly start: number; readonly total: number | undefined } | undefined {
  const match = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(header ?? "");
  return match === null
    ? undefined
    : { start: Number(match[1]), total: match[2] === "*" ? undefined : Number(match[2]) };
}

/** A weak entity tag cannot join two parts (RFC 9110, section 13.1.5). */
function strongVersion(headers: Headers): string | undefined {
  const tag = headers.get("etag");
  return tag !== null && !tag.startsWith("W/") ? tag : (headers.get("last-modified") ?? undefined);
}
