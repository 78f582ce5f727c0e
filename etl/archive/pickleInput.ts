import { fstatSync, readSync } from "node:fs";
import { FileRange, spelledBytes, SpellingError, type Spelling } from "./pickledBytes";

/** Strings up to this many bytes are read; one image has 3072. */
const LARGEST_STRING = 1024;
/** A bound on memory. */
const MOST_TEXT = 16 << 20;
const WINDOW_BYTES = 65_536;

/** The pickle is damaged, or asks for what plain data has no need of. */
export class PickleError extends Error {
  override readonly name = "PickleError";

  constructor(problem: string, offset: number) {
    super(`${problem} at byte ${offset}`);
  }
}

/** Reads a file front to back through a small window. */
export class Cursor {
  offset = 0;
  private readonly size: number;
  private readonly window = Buffer.alloc(WINDOW_BYTES);
  private windowStart = 0;
  private windowEnd = 0;
  private textRead = 0;

  constructor(private readonly descriptor: number) {
    this.size = fstatSync(descriptor).size;
  }

  /** An unsigned little-endian integer of 1, 2, 4 or 8 bytes. */
  integer(bytes: 1 | 2 | 4 | 8): number {
    const at = this.take(bytes);
    if (bytes < 8) {
      return this.window.readUIntLE(at, bytes);
    }
    return this.window.readUInt32LE(at) + this.window.readUInt32LE(at + 4) * 2 ** 32;
  }

  /** A little-endian integer in two's complement, of up to 6 bytes. */
  signed(bytes: number): number {
    if (bytes === 0) {
      return 0;
    }
    if (bytes > 6) {
      throw new PickleError("A number that is too large", this.offset);
    }
    return this.window.readIntLE(this.take(bytes), bytes);
  }

  /** A literal of Python 2 up to the end of the line. */
  quoted(): string | FileRange {
    const start = this.offset;
    const length = this.lineLength();
    const quote = this.integer(1);
    if (length < 2 || (quote !== 0x22 && quote !== 0x27)) {
      throw new PickleError("A text without quotes", start);
    }
    const value = this.string(length - 2, "literal");
    if (this.integer(1) !== quote) {
      throw new PickleError("A text without quotes", start);
    }
    this.integer(1);
    return value;
  }

  /** Text up to the end of the line. */
  textLine(spelling: Spelling): string | FileRange {
    const value = this.string(this.lineLength(), spelling);
    this.integer(1);
    return value;
  }

  /** Bytes to the next line feed. */
  private lineLength(): number {
    const chunk = Buffer.alloc(WINDOW_BYTES);
    for (let at = this.offset; ;) {
      const read = readSync(this.descriptor, chunk, 0, chunk.length, at);
      const end = chunk.subarray(0, read).indexOf(0x0a);
      if (end !== -1) {
        return at + end - this.offset;
      }
      if (read === 0) {
        throw new PickleError("The pickle is truncated", this.offset);
      }
      at += read;
    }
  }

  string(length: number, spelling: Spelling = "raw"): string | FileRange {
    if (length > this.size - this.offset) {
      throw new PickleError(`A string of ${length} bytes, more than there are,`, this.offset);
    }
    if (length > LARGEST_STRING) {
      const range = new FileRange(this.offset, length, spelling);
      this.offset += length;
      return range;
    }
    this.textRead += length;
    if (this.textRead > MOST_TEXT) {
      throw new PickleError("More text than any such file has", this.offset);
    }
    const at = this.take(length);
    const text = this.window.subarray(at, at + length);
    try {
      return spelledBytes(text, spelling).toString("latin1");
    } catch (error) {
      if (error instanceof SpellingError) {
        // No name that is looked for: what it says does not matter, only that it is another.
        return text.toString("latin1");
      }
      throw error;
    }
  }

  /** Text up to the next line feed. */
  line(): string {
    let text = "";
    for (let byte = this.integer(1); byte !== 0x0a; byte = this.integer(1)) {
      text += String.fromCharCode(byte);
      if (text.length > LARGEST_STRING) {
        throw new PickleError("A name longer than any", this.offset);
      }
    }
    return text;
  }

  /** Moves on by so many bytes; gives where they are in the window. */
  private take(bytes: number): number {
    if (this.offset < this.windowStart || this.offset + bytes > this.windowEnd) {
      this.windowStart = this.offset;
      this.windowEnd =
        this.offset + readSync(this.descriptor, this.window, 0, WINDOW_BYTES, this.offset);
      if (this.offset + bytes > this.windowEnd) {
        throw new PickleError("The pickle is truncated", this.offset);
      }
    }
    const at = this.offset - this.windowStart;
    this.offset += bytes;
    return at;
  }
}
