import { createHash } from "node:crypto";
import {
  closeSync,
  createReadStream,
  ftruncateSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { foreignKind, SIGNATURE_BYTES } from "../archive/kind";
import { ChecksumMismatchError, FetchError } from "../errors";
import { refuseInterrupted } from "../interrupt";
import { withLock } from "../lock";
import type { Progress } from "../../common/progress";
import { SourceError, type Remedy, type SourceAnswer } from "./answer";
import type { ArchivePin } from "./knownArchives";
import { PeekedBody } from "./peek";
import type { Source } from "./source";

/** How long to insist. */
export interface Patience {
  /** Attempts in a row that bring nothing new, per source. */
  readonly attempts: number;
  /** Milliseconds; the wait before attempt n is random, up to `baseDelay * 2^n`. */
  readonly baseDelay: number;
  readonly longestDelay: number;
  /** Milliseconds in which so little arrives that a connection counts as broken. */
  readonly stall: number;
}

const PATIENCE: Patience = {
  attempts: 5,
  baseDelay: 500,
  longestDelay: 8_000,
  stall: 10_000,
};
/** Bytes per second; at less, the archive would take more than a day. */
const SLOWEST = 1_000;
/** Of this many bytes, an attempt has brought something new. */
const WORTHWHILE = 16_384;
/** The official archives have 169 MB; a server that sends more than this sends something else. */
const LARGEST_DOWNLOAD = 1 << 29;

export interface Download {
  /** Where the archive is to be found, best first; all have the same bytes. */
  readonly sources: readonly Source[];
  readonly pin: ArchivePin;
  /** Where to put it. Beside it are `.partial` while it is under way, and `.json`. */
  readonly path: string;
}

/** Where the bytes on the disk came from. */
const originSchema = z.object({ url: z.string(), version: z.string().optional() });
type Origin = z.infer<typeof originSchema>;

/**
 * Downloads an archive, unless it is there already: goes on where an earlier download broke off,
 * asks again after failures, then asks the next source, and lets nothing appear at the path that is
 * not complete and what the pin says. Without a pin, the server is asked whether what is there is
 * still what it has. While another process downloads to the same path, it waits.
 *
 * Throws `ChecksumMismatchError`, `FetchError` and `InterruptedError`.
 */
export async function download(
  request: Download,
  progress: Progress,
  signal: AbortSignal,
  patience: Patience = PATIENCE,
): Promise<void> {
  await withLock(request.path, progress, signal, () =>
    downloadAlone(request, progress, signal, patience),
  );
}

async function downloadAlone(
  request: Download,
  progress: Progress,
  signal: AbortSignal,
  patience: Patience,
): Promise<void> {
  if (isPinned(request.pin) && sizeOf(request.path) > 0) {
    if ((await findMismatch(request.path, request.pin)) === undefined) {
      return;
    }
    rmSync(request.path);
  }
  const failures: string[] = [];
  let mismatches = 0;
  for (const source of request.sources) {
    const failure = await new SourceDownload(request, source, progress, signal, patience).run();
    if (failure === undefined) {
      return;
    }
    mismatches += failure instanceof ChecksumMismatchError ? 1 : 0;
    failures.push(`${source.url}: ${describe(failure)}`);
    progress.note(`fetch: ${failures.at(-1)}`);
  }
  const report = failures.join("\n");
  if (mismatches === request.sources.length) {
    throw new ChecksumMismatchError(
      `${report}\nCorrect --archive or --md5; nothing was kept of what was fetched.`,
    );
  }
  throw new FetchError(
    `The archive cannot be fetched:\n${report}\nRun the same command again to go on where it ` +
      `stopped, or give a file or another URL with --archive.`,
  );
}

/** The attempts at one source. */
class SourceDownload {
  private readonly partial: string;
  private readonly originFile: string;

  constructor(
    private readonly request: Download,
    private readonly source: Source,
    private readonly progress: Progress,
    private readonly signal: AbortSignal,
    private readonly patience: Patience,
  ) {
    this.partial = `${request.path}.partial`;
    this.originFile = `${request.path}.json`;
  }

  /** Gives the failure after which there is no point in asking this source again. */
  async run(): Promise<Error | undefined> {
    const { attempts, baseDelay, longestDelay } = this.patience;
    for (let failed = 0; ;) {
      const before = sizeOf(this.partial);
      let failure: Error;
      try {
        await this.attempt();
        return undefined;
      } catch (error) {
        refuseInterrupted(this.signal);
        if (isSystemError(error)) {
          throw error;
        }
        failure = asError(error);
      }
      const remedy = failure instanceof SourceError ? failure.remedy : remedyFor(failure);
      if (remedy === "restart" || failure instanceof ChecksumMismatchError) {
        rmSync(this.partial, { force: true });
      }
      // What was put together from two attempts may be wrong where each of them was right.
      const isHopeless = failure instanceof ChecksumMismatchError && before === 0;
      const isNew = sizeOf(this.partial) >= before + WORTHWHILE;
      // Waiting has cost more than another failure would.
      const weight = failure instanceof StallError ? attempts / 2 : 1;
      failed = isNew ? 1 : failed + weight;
      if (remedy === "none" || isHopeless || failed >= attempts) {
        return failure;
      }
      const delay = Math.random() * Math.min(baseDelay * 2 ** failed, longestDelay);
      this.progress.note(
        `fetch: ${describe(failure)}; trying again in ${(delay / 1000).toFixed(1)} s`,
      );
      await sleep(delay, undefined, { signal: this.signal }).catch(() => {
        refuseInterrupted(this.signal);
      });
    }
  }

  private async attempt(): Promise<void> {
    const { path, pin } = this.request;
    const origin = this.readOrigin();
    const version = origin?.url === this.source.url ? origin.version : undefined;
    const resumable = isPinned(pin) || version !== undefined;
    const start = resumable ? sizeOf(this.partial) : 0;
    if (start === 0 || start !== pin.bytes) {
      const isCurrent = await this.transfer(start, version);
      if (isCurrent) {
        return;
      }
    }
    const mismatch = await findMismatch(this.partial, pin);
    if (mismatch !== undefined) {
      throw new ChecksumMismatchError(mismatch);
    }
    renameSync(this.partial, path);
  }

  /** Appends to the partial file what is missing; true if the complete file is still right. */
  private async transfer(start: number, version: string | undefined): Promise<boolean> {
    const { path, pin } = this.request;
    const connection = new AbortController();
    const { stall } = this.patience;
    let arrived = 0;
    const watch = setInterval(() => {
      if (arrived * 1000 < SLOWEST * stall) {
        connection.abort(new StallError(arrived, stall));
      }
      arrived = 0;
    }, stall);
    let isDecoded = false;
    try {
      const signal = AbortSignal.any([this.signal, connection.signal]);
      const answer = await this.source.open(start, version, signal);
      const { total } = answer;
      ({ isDecoded } = answer);
      if (pin.bytes !== undefined && total !== undefined && total !== pin.bytes) {
        throw new SourceError(`has ${total} bytes, not ${pin.bytes}`, "none");
      }
      if (answer.offset !== 0 && answer.offset !== start) {
        throw new SourceError(
          `the server sent what follows byte ${answer.offset} when asked for byte ${start}`,
          "restart",
        );
      }
      if (version !== undefined && answer.version === version && sizeOf(path) === total) {
        return true;
      }
      const origin: Origin = { url: this.source.url, version: answer.version };
      writeFileSync(this.originFile, JSON.stringify(origin));
      const size = await this.write(answer, (bytes) => (arrived += bytes));
      if (total !== undefined && size !== total) {
        throw new Error(`the connection ended after ${size} of ${total} bytes`);
      }
      return false;
    } catch (error) {
      if (isDecoded) {
        rmSync(this.partial, { force: true });
      }
      throw connection.signal.aborted ? connection.signal.reason : error;
    } finally {
      clearInterval(watch);
      // Of a connection that is not read to its end, nothing is wanted any more.
      connection.abort();
    }
  }

  /** Returns the size of the partial file. */
  private async write(
    { body, offset, total }: SourceAnswer,
    onBytes: (count: number) => void,
  ): Promise<number> {
    const content = new PeekedBody(body);
    if (offset === 0) {
      refuseForeign(await content.start(SIGNATURE_BYTES));
    }
    const most = this.request.pin.bytes ?? LARGEST_DOWNLOAD;
    const task = this.progress.start("fetch", total, "B", offset);
    const file = openSync(this.partial, sizeOf(this.partial) > 0 ? "r+" : "w");
    let size = offset;
    try {
      ftruncateSync(file, offset);
      for await (const chunk of content) {
        if (size + chunk.length > most) {
          throw new SourceError(`sends more than ${most} bytes`, "none");
        }
        writeSync(file, chunk, 0, chunk.length, size);
        size += chunk.length;
        task.advance(chunk.length);
        onBytes(chunk.length);
      }
    } finally {
      closeSync(file);
    }
    task.done();
    return size;
  }

  private readOrigin(): Origin | undefined {
    try {
      return originSchema.parse(JSON.parse(readFileSync(this.originFile, "utf8")));
    } catch {
      // Missing, or cut off when the machine stopped: then nothing is known of the bytes.
      return undefined;
    }
  }
}

/** So little arrives that there is no point in waiting. */
class StallError extends Error {
  override readonly name = "StallError";

  constructor(bytes: number, milliseconds: number) {
    super(
      `${bytes === 0 ? "nothing" : `only ${bytes} bytes`} arrived for ${milliseconds / 1000} s`,
    );
  }
}

/** A page instead of the archive is no matter of patience. */
function refuseForeign(start: Buffer): void {
  if (start.length === 0) {
    throw new SourceError("sends an empty file", "retry");
  }
  const kind = foreignKind(start);
  if (kind === "a web page") {
    throw new SourceError(
      `sends a web page instead of the archive: perhaps this network wants you to log in first, or ` +
        `the URL is that of a page`,
      "none",
    );
  }
  if (kind !== undefined) {
    throw new SourceError(`sends ${kind}, not an archive compressed with gzip`, "none");
  }
}

/** Says how a file differs from its pin. */
async function findMismatch(path: string, pin: ArchivePin): Promise<string | undefined> {
  if (pin.bytes !== undefined && sizeOf(path) !== pin.bytes) {
    return `it has ${sizeOf(path)} bytes, not ${pin.bytes}`;
  }
  for (const algorithm of ["md5", "sha256"] as const) {
    const expected = pin[algorithm];
    if (expected !== undefined) {
      const hash = createHash(algorithm);
      for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
        hash.update(chunk as Buffer);
      }
      const found = hash.digest("hex");
      if (found !== expected) {
        return `its ${algorithm === "md5" ? "MD5" : "SHA-256"} is ${found}, not ${expected}`;
      }
    }
  }
  return undefined;
}

function isPinned(pin: ArchivePin): boolean {
  return pin.md5 !== undefined || pin.sha256 !== undefined;
}

/** Bytes; 0 where there is no such file. */
function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

/** Of the disk, which no other attempt would mend: it is full, or not ours to write. */
function isSystemError(error: unknown): boolean {
  return error instanceof Error && "syscall" in error && "path" in error;
}

/** A certificate that is not trusted now will not be in a second. */
function remedyFor(failure: Error): Remedy {
  const code = "code" in failure ? String(failure.code) : "";
  return /CERT|SELF_SIGNED|UNABLE_TO_VERIFY/.test(code) ? "none" : "retry";
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

/** The reason may be underneath. */
function describe(error: Error): string {
  const { cause } = error;
  const text = error.message || error.name;
  return cause instanceof Error ? `${text} (${cause.message})` : text;
}
