/** Reads what data capture has written, record by record, in memory that does not grow with them. */
import {
  CaptureFileGoneError,
  type CaptureFile,
  type Chunks,
  type TimeRange,
} from "./captures/files";
import { parseCapture, type CapturedRecord, type CaptureProblem } from "./captures/record";

/** What was met besides the records that were given out. */
export interface CaptureCounts {
  /** Files that may have records of the range, and were read. */
  files: number;
  /** Files that were listed, and then were not there any more. */
  gone: number;
  bytes: number;
  /** Records of the range that were given out. */
  records: number;
  /** Those of them that were in a file of a later hour than their own. */
  late: number;
  /** Records of these files that are not of the range. */
  outside: number;
  /** Left out: further events of an inference that was given out, as of a request that was tried again. */
  repeated: number;
  /** Lines that give no record, by what is wrong with them. */
  unreadable: Partial<Record<CaptureProblem, UnreadableLines>>;
}

export interface UnreadableLines {
  lines: number;
  /** The first of them: name of the file, and number of the line. */
  readonly first: string;
}

/** Nothing was met yet. */
export function noCaptures(): CaptureCounts {
  return {
    ...{ files: 0, gone: 0, bytes: 0, records: 0, late: 0 },
    ...{ outside: 0, repeated: 0, unreadable: {} },
  };
}

/** Files of which the reader asks for more at a time: of S3 each takes a request. */
const FILES_AHEAD = 16;

/**
 * Inferences that are remembered at least, so that none is given out twice: some twenty megabytes.
 * What is repeated follows within minutes, as a rule.
 */
const REMEMBERED = 50_000;

/**
 * Gives out every record of the range once, in the order of the files.
 * @param counts is added to, until the end or the first error
 * @throws Error of whatever opens or reads a file; lines that cannot be read are only counted
 */
export async function* readCaptures(
  files: AsyncIterable<CaptureFile> | Iterable<CaptureFile>,
  range: TimeRange,
  counts: CaptureCounts,
): AsyncGenerator<CapturedRecord> {
  const [from, to] = [range.from.getTime(), range.to.getTime()];
  const seen = new RecentInferences(REMEMBERED);
  for await (const { file, chunks } of opened(files, counts)) {
    counts.files += 1;
    const hour = file.hour?.getTime() ?? -Infinity;
    let number = 0;
    for await (const { bytes, isWhole } of blocksOf(chunks, counts)) {
      for (let start = 0, end: number; start < bytes.length; start = end + 1) {
        const newline = bytes.indexOf(NEWLINE, start);
        end = newline === -1 ? bytes.length : newline;
        number += 1;
        const line = bytes.subarray(start, end);
        if (isBlank(line)) {
          continue;
        }
        const record = bytes === OVERSIZED ? "oversizedLine" : parseCapture(line);
        if (typeof record === "string") {
          const problem = record === "malformedLine" && !isWhole ? "partialLine" : record;
          const place = () => `${file.name}:${number}`;
          (counts.unreadable[problem] ??= { lines: 0, first: place() }).lines += 1;
          continue;
        }
        const time = record.time.getTime();
        if (time < from || time >= to) {
          counts.outside += 1;
          continue;
        }
        if (!seen.add(record)) {
          counts.repeated += 1;
          continue;
        }
        counts.records += 1;
        counts.late += time < hour ? 1 : 0;
        yield record;
      }
    }
  }
}

/** Opens files ahead of time, so that nobody waits for one after the other. */
async function* opened(
  files: AsyncIterable<CaptureFile> | Iterable<CaptureFile>,
  counts: CaptureCounts,
): AsyncGenerator<Opened> {
  const ahead: Promise<Opened | undefined>[] = [];
  const open = async (file: CaptureFile): Promise<Opened | undefined> => {
    try {
      return { file, chunks: await file.open() };
    } catch (error) {
      if (!(error instanceof CaptureFileGoneError)) {
        throw error;
      }
      counts.gone += 1;
      return undefined;
    }
  };
  for await (const file of files) {
    const opening = open(file);
    // Whoever asks for it is told; nobody asks when an earlier one has failed.
    opening.catch(() => undefined);
    ahead.push(opening);
    const next = ahead.length < FILES_AHEAD ? undefined : await ahead.shift();
    if (next !== undefined) {
      yield next;
    }
  }
  for (const opening of ahead) {
    const next = await opening;
    if (next !== undefined) {
      yield next;
    }
  }
}

interface Opened {
  readonly file: CaptureFile;
  readonly chunks: Chunks;
}

const NEWLINE = 0x0a;

/**
 * Bytes of the longest line there can be: two bodies of 6 MB ("InvokeEndpoint", SageMaker Runtime
 * API) are 17 MB in base64, and somewhat more in JSON with much to escape.
 */
const MOST_LINE_BYTES = 32 * 1024 * 1024;

/** Stands for a line that is longer. */
const OVERSIZED = Buffer.from("...\n");

interface Block {
  /** Whole lines, in memory that is used again when the next block is asked for. */
  readonly bytes: Buffer;
  /** False of what is behind the last end of line. */
  readonly isWhole: boolean;
}

/** All that is in the chunks, cut where lines end. */
async function* blocksOf(chunks: Chunks, counts: CaptureCounts): AsyncGenerator<Block> {
  /** What has been read of a line that goes on, unless it is too long. */
  let rest: Buffer[] = [];
  let length = 0;
  const lineTo = (end: Buffer) =>
    length + end.length > MOST_LINE_BYTES ? OVERSIZED : Buffer.concat([...rest, end]);
  for await (const chunk of chunks) {
    let bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    counts.bytes += bytes.length;
    if (length > 0) {
      const next = bytes.indexOf(NEWLINE) + 1;
      if (next > 0) {
        yield { bytes: lineTo(bytes.subarray(0, next)), isWhole: true };
        bytes = bytes.subarray(next);
        [rest, length] = [[], 0];
      }
    }
    const next = bytes.lastIndexOf(NEWLINE) + 1;
    if (next > 0) {
      yield { bytes: bytes.subarray(0, next), isWhole: true };
    }
    length += bytes.length - next;
    if (length > MOST_LINE_BYTES) {
      rest = [];
    } else if (next < bytes.length) {
      // A copy, for the chunk's memory is used again.
      rest.push(Buffer.from(bytes.subarray(next)));
    }
  }
  if (length > 0) {
    yield { bytes: lineTo(Buffer.alloc(0)), isWhole: false };
  }
}

/** Whether a line is nothing but white space. */
function isBlank(line: Buffer): boolean {
  return !line.some((byte) => byte > 0x20);
}

/**
 * Remembers the latest inferences: so many, and up to twice as many. It keeps 64 bits of each and
 * not its id, which would keep more alive: among a million records one is taken for another once in
 * a hundred million times.
 */
class RecentInferences {
  private readonly slots: number;
  private newer: Uint32Array;
  private older: Uint32Array;
  private size = 0;

  constructor(private readonly least: number) {
    this.slots = 2 ** Math.ceil(Math.log2(least * 2));
    this.newer = new Uint32Array(this.slots * 2);
    this.older = new Uint32Array(this.slots * 2);
  }

  /** @returns whether it is not remembered yet */
  add({ eventId, inferenceId = eventId }: CapturedRecord): boolean {
    // cyrb53, by bryc, in the public domain.
    let one = 0xdeadbeef;
    let other = 0x41c6ce57;
    for (let at = 0; at < inferenceId.length; at += 1) {
      const code = inferenceId.charCodeAt(at);
      one = Math.imul(one ^ code, 2654435761);
      other = Math.imul(other ^ code, 1597334677);
    }
    one = Math.imul(one ^ (one >>> 16), 2246822507) ^ Math.imul(other ^ (other >>> 13), 3266489909);
    other =
      Math.imul(other ^ (other >>> 16), 2246822507) ^ Math.imul(one ^ (one >>> 13), 3266489909);
    // No slot is 0 but an empty one.
    const [first, second] = [one >>> 0 || 1, other >>> 0];
    const isOld = this.older[this.placeOf(first, second, this.older)] !== 0;
    const place = this.placeOf(first, second, this.newer);
    if (isOld || this.newer[place] !== 0) {
      return false;
    }
    this.newer[place] = first;
    this.newer[place + 1] = second;
    this.size += 1;
    if (this.size === this.least) {
      [this.older, this.newer] = [this.newer, this.older.fill(0)];
      this.size = 0;
    }
    return true;
  }

  /** Where the hash is in a table, or would be. */
  private placeOf(first: number, second: number, table: Uint32Array): number {
    let slot = second & (this.slots - 1);
    for (;;) {
      const place = slot * 2;
      if (table[place] === 0 || (table[place] === first && table[place + 1] === second)) {
        return place;
      }
      slot = (slot + 1) & (this.slots - 1);
    }
  }
}
