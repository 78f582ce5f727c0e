import { closeSync, openSync, readSync } from "node:fs";
import { writeFully } from "../files";

/**
 * How a pickle writes bytes: as they are; as text of one character per byte in UTF-8 (protocols 1
 * and 2 of Python 3) or with `\\u` escapes (protocol 0 of Python 3); or as a literal of Python 2
 * between quotes (protocol 0).
 */
export type Spelling = "raw" | "utf8" | "unicodeEscape" | "literal";

/** A string too large to be read, by its place in the file. */
export class FileRange {
  constructor(
    readonly offset: number,
    /** Bytes in the file. */
    readonly length: number,
    readonly spelling: Spelling = "raw",
  ) {}
}

/** The text stands for no bytes. */
export class SpellingError extends Error {
  override readonly name = "SpellingError";
}

const CHUNK_BYTES = 256 * 1024;
/** Longest spelling of one byte: `\\U000000ff`. */
const LONGEST = 10;
const ESCAPES: Readonly<Record<string, number>> = {
  "\\": 0x5c,
  "'": 0x27,
  '"': 0x22,
  a: 7,
  b: 8,
  f: 12,
  n: 10,
  r: 13,
  t: 9,
  v: 11,
};

/**
 * Gives the bytes that a spelling stands for.
 * Throws {@link SpellingError}.
 */
export function spelledBytes(text: Buffer, spelling: Spelling): Buffer {
  const { bytes, used } = decode(text, spelling);
  if (used < text.length) {
    throw new SpellingError("it ends inside a character");
  }
  return bytes;
}

/**
 * Writes the bytes that a part of a file stands for into another file, some at a time.
 * Throws {@link SpellingError}.
 * @returns how many bytes there are
 */
export function writeSpelledBytes(path: string, range: FileRange, to: string): number {
  const source = openSync(path, "r");
  const target = openSync(to, "wx");
  try {
    const chunk = Buffer.alloc(CHUNK_BYTES);
    const end = range.offset + range.length;
    let written = 0;
    for (let at = range.offset; at < end;) {
      const read = readSync(source, chunk, 0, Math.min(chunk.length, end - at), at);
      const { bytes, used } = decode(chunk.subarray(0, read), range.spelling);
      if (used === 0 || (at + used < end && read - used >= LONGEST)) {
        throw new SpellingError("it ends inside a character");
      }
      writeFully(target, bytes);
      written += bytes.length;
      at += used;
    }
    return written;
  } finally {
    closeSync(source);
    closeSync(target);
  }
}

interface Decoded {
  readonly bytes: Buffer;
  /** Bytes of the text that were understood; what is left is the beginning of a character. */
  readonly used: number;
}

function decode(text: Buffer, spelling: Spelling): Decoded {
  if (spelling === "raw") {
    return { bytes: text, used: text.length };
  }
  const bytes = Buffer.alloc(text.length);
  let count = 0;
  let at = 0;
  while (at < text.length) {
    const first = text[at] as number;
    const isEscape = spelling === "utf8" ? first >= 0x80 : first === 0x5c;
    if (!isEscape) {
      bytes[count++] = first;
      at++;
      continue;
    }
    const unit = spelling === "utf8" ? utf8Unit(text, at) : escapedUnit(text, at, spelling);
    if (unit === undefined) {
      break;
    }
    bytes[count++] = unit.byte;
    at += unit.length;
  }
  return { bytes: bytes.subarray(0, count), used: at };
}

interface Unit {
  readonly byte: number;
  readonly length: number;
}

/** Undefined where the text ends inside it. */
function utf8Unit(text: Buffer, at: number): Unit | undefined {
  const [first = 0, second] = text.subarray(at, at + 2);
  if (first !== 0xc2 && first !== 0xc3) {
    throw new SpellingError("it has a character that stands for no byte");
  }
  if (second === undefined) {
    return undefined;
  }
  if (second >> 6 !== 2) {
    throw new SpellingError("it is no UTF-8");
  }
  return { byte: ((first & 3) << 6) | (second & 63), length: 2 };
}

function escapedUnit(
  text: Buffer,
  at: number,
  spelling: "unicodeEscape" | "literal",
): Unit | undefined {
  const rest = text.toString("latin1", at + 1, at + LONGEST);
  const kind = rest[0];
  if (kind === undefined) {
    return undefined;
  }
  const digits = spelling === "literal" ? { x: 2 }[kind] : { u: 4, U: 8 }[kind];
  if (digits === undefined) {
    const byte = spelling === "literal" ? ESCAPES[kind] : undefined;
    if (byte !== undefined) {
      return { byte, length: 2 };
    }
    // In both, a backslash before anything else is only a backslash.
    return { byte: 0x5c, length: 1 };
  }
  const hex = rest.slice(1, 1 + digits);
  if (hex.length < digits) {
    return undefined;
  }
  const byte = /^[0-9a-fA-F]+$/.test(hex) ? parseInt(hex, 16) : NaN;
  if (!(byte <= 255)) {
    throw new SpellingError("it has a character that stands for no byte");
  }
  return { byte, length: 2 + digits };
}
