/**
 * Where objects are: each version, with what is known of it and its bytes, in one file. Memory holds no
 * more than the place, so that it does not grow with what is stored.
 */
import { closeSync, openSync, readSync, unlinkSync, writeSync } from "node:fs";
import { randomUUID } from "node:crypto";
import * as path from "node:path";

export interface Body {
  /** In bytes. */
  readonly size: number;
  read(): Buffer;
}

/** What was stored at a place. */
interface Stored<Facts> {
  readonly facts: Facts;
  readonly body: Body;
}

/** The lengths of the facts and of the body, in bytes. */
const HEADER_BYTES = 12;

/** What is read at first: the facts of most objects fit in. */
const GUESSED_BYTES = 1024;

/**
 * Appends to a file that has no name any more once it is open: whatever ends the process, nothing is left
 * behind. What is deleted gives no room back.
 */
export class ObjectFile<Facts extends object> {
  private descriptor: number | undefined;
  private end = 0;
  private closed = false;

  /** @param folder existing one; the file is opened when there is something to store */
  constructor(private readonly folder: string) {}

  /**
   * @param facts what JSON can tell
   * @returns the place for {@link read}
   */
  append(facts: Facts, body: Buffer): number {
    const text = Buffer.from(JSON.stringify(facts));
    const header = Buffer.alloc(HEADER_BYTES);
    header.writeUInt32LE(text.length);
    header.writeDoubleLE(body.length, 4);
    const place = this.end;
    this.write(Buffer.concat([header, text, body]), place);
    this.end += HEADER_BYTES + text.length + body.length;
    return place;
  }

  /** The bytes are read when they are asked for, the facts at once. */
  read(place: number): Stored<Facts> {
    const start = this.readAt(place, Math.min(GUESSED_BYTES, this.end - place));
    const length = start.readUInt32LE();
    const size = start.readDoubleLE(4);
    const from = place + HEADER_BYTES;
    const text =
      HEADER_BYTES + length <= start.length
        ? start.subarray(HEADER_BYTES, HEADER_BYTES + length)
        : this.readAt(from, length);
    return {
      facts: JSON.parse(text.toString()) as Facts,
      body: { size, read: () => this.readAt(from + length, size) },
    };
  }

  /** Gives the room back; nothing can be stored or read any more. */
  close(): void {
    this.closed = true;
    if (this.descriptor !== undefined) {
      closeSync(this.descriptor);
      this.descriptor = undefined;
    }
  }

  private write(bytes: Buffer, place: number): void {
    const descriptor = this.open();
    for (let written = 0; written < bytes.length;) {
      const left = bytes.length - written;
      written += writeSync(descriptor, bytes, written, left, place + written);
    }
  }

  private readAt(place: number, size: number): Buffer {
    const descriptor = this.open();
    const bytes = Buffer.allocUnsafe(size);
    for (let read = 0; read < size;) {
      const more = readSync(descriptor, bytes, read, size - read, place + read);
      if (more === 0) {
        throw new Error(`The file of objects ends ${size - read} bytes too early`);
      }
      read += more;
    }
    return bytes;
  }

  private open(): number {
    if (this.closed) {
      throw new Error("S3 has been stopped");
    }
    if (this.descriptor === undefined) {
      const name = path.join(this.folder, `s3-${randomUUID()}`);
      this.descriptor = openSync(name, "wx+", 0o600);
      unlinkSync(name);
    }
    return this.descriptor;
  }
}
