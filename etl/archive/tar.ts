/**
 * A reader for the few plain entries a data set archive consists of. It gives names and bytes and
 * never touches the file system, so no name in an archive can lead anywhere.
 *
 * Format: POSIX.1-1988 ustar, as the page "pax" of the Open Group Base Specifications has it.
 * Of extended headers (pax, GNU) the name is taken; sizes over 8 GiB, which they are for too, are
 * not for us.
 */

const BLOCK = 512;
const CHECKSUM_FIELD = { start: 148, end: 156 };
/** More than any name has, and any header of one. */
const LONGEST_EXTENSION = 65_536;

/** The archive breaks the tar format. */
export class TarFormatError extends Error {
  override readonly name = "TarFormatError";

  constructor(problem: string, offset: number) {
    super(`${problem} at byte ${offset} of the uncompressed archive`);
  }
}

export interface TarEntry {
  readonly name: string;
  /** In bytes. */
  readonly size: number;
  readonly isFile: boolean;
  readonly isFolder: boolean;
  /** To be read, if at all, before the next entry is asked for. */
  content(): AsyncGenerator<Buffer>;
}

/**
 * Reads a tar archive entry by entry, holding no more than one chunk.
 * Throws {@link TarFormatError}, and whatever `chunks` throws; it always reads `chunks` to its end.
 */
export async function* readTar(chunks: AsyncIterable<Buffer>): AsyncGenerator<TarEntry> {
  const input = new ByteReader(chunks);
  let longName: string | undefined;
  for (;;) {
    const start = input.offset;
    const header = await input.take(BLOCK);
    if (header.length === 0 || header.every((byte) => byte === 0)) {
      break;
    }
    if (header.length < BLOCK) {
      throw new TarFormatError("Truncated header", start);
    }
    const { type, ...entry } = parseHeader(header, start);
    const end = input.offset + Math.ceil(entry.size / BLOCK) * BLOCK;
    if (EXTENSIONS.includes(type)) {
      if (entry.size > LONGEST_EXTENSION) {
        throw new TarFormatError("An extended header longer than any", start);
      }
      longName = extendedName(type, await input.take(entry.size)) ?? longName;
    } else {
      const name = longName ?? entry.name;
      longName = undefined;
      // In the oldest archives only the name says so. A long one may be cut off after a slash.
      const isFolder = entry.isFolder || name.endsWith("/");
      yield { ...entry, name, isFolder, content: () => input.read(entry.size) };
    }
    if (!(await input.skip(end - input.offset))) {
      throw new TarFormatError(`${JSON.stringify(entry.name)} is truncated`, input.offset);
    }
  }
  // What follows the end marker is padding, but only its end proves the compressed stream sound.
  await input.skip(Infinity);
}

/** pax headers of an entry and of all, GNU's long name and long link name. */
const EXTENSIONS: readonly string[] = ["x", "g", "L", "K"];

/** The name that an extended header gives the entry after it. */
function extendedName(type: string, content: Buffer): string | undefined {
  if (type === "L") {
    return text(content, 0, content.length);
  }
  // A pax record is its own length, a space, a keyword, "=", the value and a line feed.
  return type === "x" ? /^\d+ path=(.*)$/m.exec(content.toString("utf8"))?.[1] : undefined;
}

/** Files as the oldest archives have them, as all have them, and "contiguous" ones. */
const FILES: readonly number[] = [0, 0x30, 0x37];
const FOLDER = 0x35;

function parseHeader(
  header: Buffer,
  offset: number,
): Omit<TarEntry, "content"> & { readonly type: string } {
  const expected = octal(header, CHECKSUM_FIELD.start, CHECKSUM_FIELD.end, offset);
  let sum = 0;
  for (let index = 0; index < BLOCK; index++) {
    const inField = index >= CHECKSUM_FIELD.start && index < CHECKSUM_FIELD.end;
    sum += inField ? 0x20 : (header[index] as number);
  }
  if (sum !== expected) {
    throw new TarFormatError("Not a tar header (wrong checksum)", offset);
  }
  const prefix = text(header, 345, 500);
  const isUstar = text(header, 257, 262) === "ustar";
  const name = text(header, 0, 100);
  return {
    name: isUstar && prefix !== "" ? `${prefix}/${name}` : name,
    size: sizeOf(header, offset),
    type: String.fromCharCode(header[156] as number),
    isFile: FILES.includes(header[156] as number),
    isFolder: header[156] === FOLDER,
  };
}

function text(header: Buffer, start: number, end: number): string {
  const field = header.subarray(start, end);
  const length = field.indexOf(0);
  return field.toString("utf8", 0, length === -1 ? field.length : length);
}

/** In octal digits or, as GNU tar may write it, in bytes after one that says so. */
function sizeOf(header: Buffer, offset: number): number {
  const [start, end] = [124, 136];
  return header[start] === 0x80 ? header.readUIntBE(end - 6, 6) : octal(header, start, end, offset);
}

function octal(header: Buffer, start: number, end: number, offset: number): number {
  const digits = text(header, start, end).trim();
  if (!/^[0-7]{1,11}$/.test(digits)) {
    throw new TarFormatError(`Not a tar header (${JSON.stringify(digits)} is no number)`, offset);
  }
  return parseInt(digits, 8);
}

/** Hands out bytes from a sequence of chunks. */
class ByteReader {
  /** Bytes handed out so far. */
  offset = 0;
  private readonly chunks: AsyncIterator<Buffer>;
  private rest: Buffer = Buffer.alloc(0);

  constructor(chunks: AsyncIterable<Buffer>) {
    this.chunks = chunks[Symbol.asyncIterator]();
  }

  /** Up to `count` bytes as they come; ends early only where the input does. */
  async *read(count: number): AsyncGenerator<Buffer> {
    let missing = count;
    while (missing > 0) {
      if (this.rest.length === 0) {
        const next = await this.chunks.next();
        if (next.done === true) {
          return;
        }
        this.rest = next.value;
      }
      const piece = this.rest.subarray(0, missing);
      this.rest = this.rest.subarray(piece.length);
      this.offset += piece.length;
      missing -= piece.length;
      yield piece;
    }
  }

  /** `count` bytes in one piece, fewer only at the end of the input. */
  async take(count: number): Promise<Buffer> {
    const pieces: Buffer[] = [];
    for await (const piece of this.read(count)) {
      pieces.push(piece);
    }
    return pieces.length === 1 ? (pieces[0] as Buffer) : Buffer.concat(pieces);
  }

  /** Passes over `count` bytes; false if the input ended before. */
  async skip(count: number): Promise<boolean> {
    let skipped = 0;
    for await (const piece of this.read(count)) {
      skipped += piece.length;
    }
    return skipped === count;
  }
}
