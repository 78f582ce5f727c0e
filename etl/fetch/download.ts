import { createHash } from "node:crypto";
import {
  closeSync,
  createReadStream,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { ChecksumMismatchError, FetchError } from "../errors";
import { refuseInterrupted } from "../interrupt";
import type { Progress } from "../progress";
import type { ArchivePin } from "./knownArchives";
import { SourceError, type Source } from "./source";

/** How long to insist. */
export interface Patience {
  /** Attempts in a row that bring nothing new, per source. */
  readonly attempts: number;
  /** Milliseconds; the wait before attempt n is random, up to `baseDelay * 2^n`. */
  readonly baseDelay: number;
  readonly longestDelay: number;
  /** Milliseconds without a byte after which a connection counts as broken. */
  readonly stall: number;
}

const PATIENCE: Patience = {
  attempts: 6,
  baseDelay: 1_000,
  longestDelay: 30_000,
  stall: 30_000,
};

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
 * still what it has.
 *
 * Throws `ChecksumMismatchError`, `FetchError` and `InterruptedError`.
 */
export async function download(
  request: Download,
  progress: Progress,
  signal: AbortSignal,
  patience: Patience = PATIENCE,
): Promise<void> {
  mkdirSync(dirname(request.path), { recursive: true });
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
      const remedy = failure instanceof SourceError ? failure.remedy : "retry";
      if (remedy === "restart" || failure instanceof ChecksumMismatchError) {
        rmSync(this.partial, { force: true });
      }
      // What was put together from two attempts may be wrong where each of them was right.
      const isHopeless = failure instanceof ChecksumMismatchError && before === 0;
      failed = sizeOf(this.partial) > before ? 1 : failed + 1;
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
    const stalled = new AbortController();
    const timer = setTimeout(() => {
      stalled.abort(new Error(`nothing arrived for ${this.patience.stall / 1000} s`));
    }, this.patience.stall);
    try {
      const signal = AbortSignal.any([this.signal, stalled.signal]);
      const answer = await this.source.open(start, version, signal);
      const { total } = answer;
      if (pin.bytes !== undefined && total !== undefined && total !== pin.bytes) {
        stalled.abort();
        throw new SourceError(`has ${total} bytes, not ${pin.bytes}`, "none");
      }
      if (version !== undefined && answer.version === version && sizeOf(path) === total) {
        stalled.abort();
        return true;
      }
      const origin: Origin = { url: this.source.url, version: answer.version };
      writeFileSync(this.originFile, JSON.stringify(origin));
      const size = await this.write(answer.body, answer.offset, total, () => timer.refresh());
      if (total !== undefined && size !== total) {
        throw new Error(`the connection ended after ${size} of ${total} bytes`);
      }
      return false;
    } catch (error) {
      throw stalled.signal.aborted && !(error instanceof SourceError)
        ? stalled.signal.reason
        : error;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Returns the size of the partial file. */
  private async write(
    body: AsyncIterable<Uint8Array>,
    offset: number,
    total: number | undefined,
    onChunk: () => void,
  ): Promise<number> {
    const task = this.progress.start("fetch", total, "B", offset);
    const file = openSync(this.partial, sizeOf(this.partial) > 0 ? "r+" : "w");
    let size = offset;
    try {
      ftruncateSync(file, offset);
      for await (const chunk of body) {
        writeSync(file, chunk, 0, chunk.length, size);
        size += chunk.length;
        task.advance(chunk.length);
        onChunk();
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

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

/** `fetch` says only "fetch failed"; the reason is underneath. */
function describe(error: Error): string {
  const { cause } = error;
  return cause instanceof Error ? `${error.message} (${cause.message})` : error.message;
}
