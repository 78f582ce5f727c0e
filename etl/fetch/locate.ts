import type { S3Client } from "@aws-sdk/client-s3";
import { createHash } from "node:crypto";
import { homedir } from "node:os";
import { join } from "node:path";
import { FetchError, UsageError } from "../errors";
import type { Progress } from "../../common/progress";
import { download, type Patience } from "./download";
import { KNOWN_ARCHIVES, type ArchivePin } from "./knownArchives";
import { httpSource, s3Source, type Source } from "./source";

/** Which archive is wanted. */
export interface ArchiveRequest {
  /** A file, or an `https://`, `http://` or `s3://` URL; the official archive unless given. */
  readonly archive?: string | undefined;
  /** MD5 it must have, hexadecimal. */
  readonly md5?: string | undefined;
}

/** What finding an archive needs from outside. */
export interface FetchContext {
  readonly progress: Progress;
  readonly signal: AbortSignal;
  /** Downloads are kept here. */
  readonly cacheFolder: string;
  createS3Client(): S3Client;
  readonly patience?: Patience;
}

/** An archive on this machine. */
export interface LocalArchive {
  readonly path: string;
  /** MD5 it must have, where that is known. */
  readonly md5: string | undefined;
}

/**
 * Where downloads are kept, by the XDG Base Directory Specification.
 * @param environment variables of the process
 */
export function cacheFolder(environment: NodeJS.ProcessEnv): string {
  const base = environment["XDG_CACHE_HOME"];
  // The specification has relative paths ignored.
  return join(base?.startsWith("/") === true ? base : join(homedir(), ".cache"), "ml-workflow-aws");
}

/**
 * Gives the path of an archive, and fetches it first if it is not on this machine.
 * Throws `FetchError`, `ChecksumMismatchError`, `InterruptedError`, and `UsageError` for a URL of
 * an unknown kind. A path is not looked at: whoever opens it finds out.
 */
export async function locateArchive(
  request: ArchiveRequest,
  context: FetchContext,
): Promise<LocalArchive> {
  const { archive, md5 } = request;
  if (archive === undefined) {
    return fetchOfficial(md5, context);
  }
  if (!/^[a-z][a-z0-9+.-]+:\/\//i.test(archive)) {
    return { path: archive, md5 };
  }
  return fetchArchive([archive], { md5 }, context);
}

async function fetchOfficial(
  md5: string | undefined,
  context: FetchContext,
): Promise<LocalArchive> {
  const candidates = KNOWN_ARCHIVES.filter((known) => md5 === undefined || known.md5 === md5);
  if (candidates.length === 0) {
    throw new UsageError(
      `No official archive has MD5 ${md5}. Say where yours is with --archive, or leave --md5 out.`,
    );
  }
  const failures: string[] = [];
  for (const { urls, ...pin } of candidates) {
    try {
      return await fetchArchive(urls, pin, context);
    } catch (error) {
      if (!(error instanceof FetchError)) {
        throw error;
      }
      failures.push(error.message);
    }
  }
  throw new FetchError(failures.join("\n"));
}

async function fetchArchive(
  urls: readonly string[],
  pin: ArchivePin,
  context: FetchContext,
): Promise<LocalArchive> {
  const [first] = urls as [string];
  const sources = urls.map((url) => sourceOf(url, context));
  const key = pin.md5 ?? createHash("sha256").update(first).digest("hex").slice(0, 32);
  const path = join(context.cacheFolder, key, fileName(first));
  await download({ sources, pin, path }, context.progress, context.signal, context.patience);
  return { path, md5: pin.md5 };
}

/** A name for the archive at a URL that every file system takes. */
function fileName(url: string): string {
  const path = /^s3:/i.test(url) ? url : new URL(url).pathname;
  const name = path.slice(path.lastIndexOf("/") + 1).replace(/[^A-Za-z0-9._-]/g, "_");
  return name.slice(-100).replace(/^\.+/, "") || "archive";
}

function sourceOf(url: string, context: FetchContext): Source {
  switch (url.slice(0, url.indexOf(":")).toLowerCase()) {
    case "http":
    case "https":
      return httpSource(url);
    case "s3":
      return s3Source(url, () => context.createS3Client());
    default:
      throw new UsageError(
        `${url} is of a kind that cannot be fetched. Give a file, or an https:// or s3:// URL.`,
      );
  }
}
