/**
 * RecordIO as MXNet's `tools/im2rec.py` writes it, which SageMaker's image classification reads.
 *
 * A record is a magic number, a word with a flag (3 bits) and a length (29 bits), so many bytes, and
 * zeros up to a multiple of four. Where the magic number itself occurs in the bytes at a multiple
 * of four, it is left out and the record divided there; the flag says which part it is
 * (`dmlc-core/include/dmlc/recordio.h`). The bytes are a header of 24 and an image file: flag 0,
 * label (float), id, second id 0 (`python/mxnet/recordio.py`, `IRHeader`). All little-endian.
 */

const MAGIC = 0xced7230a;
const MAGIC_BYTES = uint32(MAGIC);
/** The magic number and the word. */
const PREFIX_BYTES = 8;
const HEADER_BYTES = 24;
const LENGTH_BITS = 29;
const LONGEST_RECORD = 2 ** LENGTH_BITS - 1;
/** Which part of a record it is. */
const PART = { whole: 0, first: 1, middle: 2, last: 3 } as const;

/** One image of a record file. */
export interface ImageRecord {
  readonly index: number;
  readonly label: number;
  /** An image file. */
  readonly image: Buffer;
}

/** Makes a record of an image. */
export function encodeRecord({ index, label, image }: ImageRecord): Buffer {
  const length = HEADER_BYTES + image.length;
  const record = Buffer.alloc(padded(PREFIX_BYTES + length));
  writePrefix(record, PART.whole, length);
  record.writeFloatLE(label, PREFIX_BYTES + 4);
  record.writeUInt32LE(index, PREFIX_BYTES + 8);
  image.copy(record, PREFIX_BYTES + HEADER_BYTES);
  if (record.indexOf(MAGIC_BYTES, PREFIX_BYTES) === -1) {
    return record;
  }
  const parts = splitAtMagic(record.subarray(PREFIX_BYTES, PREFIX_BYTES + length));
  const last = parts.length - 1;
  return Buffer.concat(
    parts.map((bytes, position) => {
      const isFirst = position === 0;
      const isLast = position === last;
      const part = isFirst ? (isLast ? "whole" : "first") : isLast ? "last" : "middle";
      const encoded = Buffer.alloc(padded(PREFIX_BYTES + bytes.length));
      writePrefix(encoded, PART[part], bytes.length);
      bytes.copy(encoded, PREFIX_BYTES);
      return encoded;
    }),
  );
}

/** Line of the index file that comes with a record file. */
export function encodeIndexLine(index: number, offset: number): string {
  return `${index}\t${offset}\n`;
}

/** The bytes are not what {@link encodeRecord} makes. */
export class RecordFormatError extends Error {
  override readonly name = "RecordFormatError";
}

/**
 * Reads a whole record file; the images are views into it where they can be.
 * Throws {@link RecordFormatError}.
 */
export function decodeRecords(bytes: Buffer): readonly ImageRecord[] {
  const records: ImageRecord[] = [];
  for (let at = 0; at < bytes.length;) {
    const { record, end } = readRecord(bytes, at);
    records.push(record);
    at = end;
  }
  return records;
}

function readRecord(
  bytes: Buffer,
  offset: number,
): { readonly record: ImageRecord; readonly end: number } {
  const parts: Buffer[] = [];
  let at = offset;
  for (;;) {
    if (at + PREFIX_BYTES > bytes.length || bytes.readUInt32LE(at) !== MAGIC) {
      throw new RecordFormatError(`There is no record at byte ${at}`);
    }
    const word = bytes.readUInt32LE(at + 4);
    const part = word >>> LENGTH_BITS;
    const length = word & LONGEST_RECORD;
    const end = at + PREFIX_BYTES + length;
    const isFirst = part === PART.whole || part === PART.first;
    if (end > bytes.length || isFirst !== (parts.length === 0)) {
      throw new RecordFormatError(`The record at byte ${at} is truncated`);
    }
    parts.push(bytes.subarray(at + PREFIX_BYTES, end));
    at = padded(end);
    if (part === PART.whole || part === PART.last) {
      break;
    }
    parts.push(MAGIC_BYTES);
  }
  const [whole] = parts;
  const payload = parts.length === 1 && whole !== undefined ? whole : Buffer.concat(parts);
  if (payload.length < HEADER_BYTES) {
    throw new RecordFormatError(`The record at byte ${offset} has no header`);
  }
  const record = {
    index: payload.readUInt32LE(8),
    label: payload.readFloatLE(4),
    image: payload.subarray(HEADER_BYTES),
  };
  return { record, end: at };
}

function splitAtMagic(payload: Buffer): Buffer[] {
  const parts: Buffer[] = [];
  let start = 0;
  for (
    let at = payload.indexOf(MAGIC_BYTES);
    at !== -1;
    at = payload.indexOf(MAGIC_BYTES, at + 1)
  ) {
    if (at % 4 === 0) {
      parts.push(payload.subarray(start, at));
      start = at + 4;
    }
  }
  parts.push(payload.subarray(start));
  return parts;
}

function writePrefix(record: Buffer, part: number, length: number): void {
  record.writeUInt32LE(MAGIC, 0);
  record.writeUInt32LE(((part << LENGTH_BITS) | length) >>> 0, 4);
}

function padded(length: number): number {
  return Math.ceil(length / 4) * 4;
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
