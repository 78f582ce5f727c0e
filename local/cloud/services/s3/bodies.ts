/** Where the bytes of objects are: in memory, and beyond a limit in one file. */
import { closeSync, openSync, readSync, rmSync, writeSync } from "node:fs";
import { randomUUID } from "node:crypto";
import * as path from "node:path";

/** Bytes that are held in memory: a dataset of small images, or thousands of uploads. */
const MOST_IN_MEMORY = 16 * 1024 * 1024;

export interface Body {
  /** In bytes. */
  readonly size: number;
  read(): Buffer;
}

/**
 * Keeps bodies for as long as the service runs. What is deleted gives no room back: whatever comes
 * after the limit lies in the file, which costs a system call for each write and read.
 */
export class Bodies {
  private file: { readonly name: string; readonly descriptor: number } | undefined;
  private end = 0;
  private inMemory = 0;

  /** @param folder existing one, for the file */
  constructor(
    private readonly folder: string,
    private readonly mostInMemory = MOST_IN_MEMORY,
  ) {}

  keep(bytes: Buffer): Body {
    const size = bytes.length;
    if (this.inMemory + size <= this.mostInMemory) {
      this.inMemory += size;
      const held = alone(bytes);
      return { size, read: () => held };
    }
    const { descriptor } = (this.file ??= this.open());
    const start = this.end;
    this.end += size;
    for (let written = 0; written < size;) {
      written += writeSync(descriptor, bytes, written, size - written, start + written);
    }
    return { size, read: () => readWhole(descriptor, start, size) };
  }

  /** Removes the file. */
  close(): void {
    if (this.file !== undefined) {
      closeSync(this.file.descriptor);
      rmSync(this.file.name, { force: true });
      this.file = undefined;
    }
  }

  private open() {
    const name = path.join(this.folder, `s3-${randomUUID()}`);
    return { name, descriptor: openSync(name, "wx+", 0o600) };
  }
}

/**
 * The same bytes in memory of their own: a part of a larger buffer, which small ones of Node.js are, would
 * keep all of it.
 */
function alone(bytes: Buffer): Buffer {
  if (bytes.length === bytes.buffer.byteLength) {
    return bytes;
  }
  const copy = Buffer.allocUnsafeSlow(bytes.length);
  bytes.copy(copy);
  return copy;
}

function readWhole(descriptor: number, start: number, size: number): Buffer {
  const bytes = Buffer.allocUnsafe(size);
  for (let read = 0; read < size;) {
    const more = readSync(descriptor, bytes, read, size - read, start + read);
    if (more === 0) {
      throw new Error(`The file of objects ends ${size - read} bytes too early`);
    }
    read += more;
  }
  return bytes;
}
