import { crc32 } from "node:zlib";
import { IMAGE_SHAPE } from "../recipe";

/**
 * A PNG encoder for 32x32 RGB photographs, an order of magnitude faster than going through zlib.
 *
 * Looking for repetitions in such small photographs saves about one percent; the entropy is in the
 * differences between neighbouring pixels, and their distribution hardly varies from image to
 * image. So every row gets the Paeth filter, and every image the same Huffman code, fitted once to
 * CIFAR-100. The bytes depend on the pixels alone, whereas those of zlib vary with its version and
 * with the processor.
 *
 * Formats: PNG specification (third edition) and RFC 1950 and 1951.
 */

/** Width and height in pixels. */
export const [, IMAGE_SIDE] = IMAGE_SHAPE;
/** Bytes of one image: three planes, red, green, blue, row by row. */
export const IMAGE_BYTES = 3 * IMAGE_SIDE * IMAGE_SIDE;

const PLANE = IMAGE_SIDE * IMAGE_SIDE;
const PAETH = 4;
/** A filter byte and the pixels. */
const ROW_BYTES = 1 + 3 * IMAGE_SIDE;
const FILTERED_BYTES = IMAGE_SIDE * ROW_BYTES;
const END_OF_BLOCK = 256;

/** How many symbols have a code of 0, 1, 2, ... 15 bits: the optimum for CIFAR-100's test images. */
const CODES_PER_LENGTH = [0, 0, 0, 1, 3, 7, 12, 15, 19, 22, 23, 24, 26, 26, 25, 54];

/** Lengths of the codes for code lengths (RFC 1951, 3.2.7); 16 stands for "the same again". */
const LENGTH_CODE_LENGTHS = [0, 5, 0, 5, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 5, 5, 2, 0, 0];
const LENGTH_CODE_ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

/** Codes by symbol, their bits already in the order in which deflate writes them. */
interface HuffmanCode {
  readonly codes: Uint16Array;
  readonly lengths: Uint8Array;
}

/** Appends bits to bytes, lowest first, as deflate does. */
class BitWriter {
  constructor(
    readonly bytes: Uint8Array,
    public length: number,
    /** Bits that do not yet fill a byte. */
    public pending = 0,
    public pendingCount = 0,
  ) {}

  write(bits: number, count: number): void {
    this.pending |= bits << this.pendingCount;
    this.pendingCount += count;
    while (this.pendingCount >= 8) {
      this.bytes[this.length++] = this.pending;
      this.pending >>>= 8;
      this.pendingCount -= 8;
    }
  }
}

const literals = huffmanCode(literalLengths());
/** By symbol: the code and, in the lowest four bits, its length. */
const packedLiterals = Uint32Array.from(
  literals.codes,
  (code, symbol) => (code << 4) | (literals.lengths[symbol] as number),
);
const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const END = chunk("IEND", Buffer.alloc(0));
const PREFIX = Buffer.concat([SIGNATURE, chunk("IHDR", imageHeader())]);
/** Where the data of the one IDAT chunk starts: after its length and its type. */
const DATA_START = PREFIX.length + 8;

// One image at a time is encoded here; the longest code bounds its size.
const output = Buffer.alloc(DATA_START + 256 + FILTERED_BYTES * 2);
PREFIX.copy(output);
output.write("IDAT", DATA_START - 4, "latin1");
const blockHeader = writeBlockHeader(output, DATA_START);
const filtered = new Uint8Array(FILTERED_BYTES);
for (let y = 0; y < IMAGE_SIDE; y++) {
  filtered[y * ROW_BYTES] = PAETH;
}

/**
 * Encodes one image.
 * @param pixels {@link IMAGE_BYTES} bytes, planar: 1024 red, 1024 green, 1024 blue
 * @returns the PNG file; a view that the next call overwrites, so copy what must last
 */
export function encodePng(pixels: Uint8Array): Buffer {
  filter(pixels);
  let at = writeData();
  output.writeUInt32BE(at - DATA_START, DATA_START - 8);
  output.writeUInt32BE(crc32(output.subarray(DATA_START - 4, at)), at);
  at += 4;
  END.copy(output, at);
  return output.subarray(0, at + END.length);
}

/** Interleaves the planes and replaces each byte by its difference from its Paeth predictor. */
function filter(pixels: Uint8Array): void {
  for (let channel = 0; channel < 3; channel++) {
    const plane = channel * PLANE;
    filterFirstRow(pixels, plane, channel + 1);
    for (let y = 1; y < IMAGE_SIDE; y++) {
      filterRow(pixels, plane + y * IMAGE_SIDE, y * ROW_BYTES + channel + 1);
    }
  }
}

/** Above the first row there are zeros, so the predictor is the pixel on the left. */
function filterFirstRow(pixels: Uint8Array, from: number, to: number): void {
  let left = 0;
  for (let x = 0; x < IMAGE_SIDE; x++) {
    const value = pixels[from + x] as number;
    filtered[to + 3 * x] = value - left;
    left = value;
  }
}

function filterRow(pixels: Uint8Array, from: number, to: number): void {
  let left = 0;
  let aboveLeft = 0;
  for (let x = 0; x < IMAGE_SIDE; x++) {
    const value = pixels[from + x] as number;
    const above = pixels[from + x - IMAGE_SIDE] as number;
    const toLeft = magnitude(above - aboveLeft);
    const toAbove = magnitude(left - aboveLeft);
    const toAboveLeft = magnitude(left + above - 2 * aboveLeft);
    // All ones where the condition holds, else zero: a branch would be mispredicted too often.
    const notLeft = ((toAbove - toLeft) >> 31) | ((toAboveLeft - toLeft) >> 31);
    const notAbove = (toAboveLeft - toAbove) >> 31;
    const other = above ^ ((above ^ aboveLeft) & notAbove);
    filtered[to + 3 * x] = value - (left ^ ((left ^ other) & notLeft));
    left = value;
    aboveLeft = above;
  }
}

/** The absolute value of a small integer, without a branch. */
function magnitude(value: number): number {
  const sign = value >> 31;
  return (value ^ sign) - sign;
}

/** Writes the filtered image and its Adler-32 after the block's header; returns the end. */
function writeData(): number {
  let { pending, pendingCount, length } = blockHeader;
  // FILTERED_BYTES are too few for these sums to overflow before they are reduced.
  let low = 1;
  let high = 0;
  for (let index = 0; index < FILTERED_BYTES; index++) {
    const byte = filtered[index] as number;
    low += byte;
    high += low;
    const literal = packedLiterals[byte] as number;
    pending |= (literal >>> 4) << pendingCount;
    pendingCount += literal & 15;
    // At most 22 bits: two full bytes and a rest, which the next round writes over. A branch on
    // the count would be mispredicted too often.
    output[length] = pending;
    output[length + 1] = pending >>> 8;
    length += pendingCount >>> 3;
    pending >>>= pendingCount & 24;
    pendingCount &= 7;
  }
  const writer = new BitWriter(output, length, pending, pendingCount);
  writer.write(literals.codes[END_OF_BLOCK] as number, literals.lengths[END_OF_BLOCK] as number);
  writer.write(0, -writer.pendingCount & 7);
  const checksum = (high % 65521) * 65536 + (low % 65521);
  return output.writeUInt32BE(checksum, writer.length);
}

/** Code length by symbol: the smaller the difference, in either direction, the shorter its code. */
function literalLengths(): Uint8Array {
  const lengths = new Uint8Array(END_OF_BLOCK + 1);
  const sorted = CODES_PER_LENGTH.flatMap((count, length) => Array<number>(count).fill(length));
  for (let rank = 0; rank <= END_OF_BLOCK; rank++) {
    const magnitude = (rank + 1) >> 1;
    const symbol = rank === END_OF_BLOCK ? rank : rank % 2 === 1 ? magnitude : 256 - magnitude;
    lengths[rank === 0 ? 0 : symbol] = sorted[rank] as number;
  }
  return lengths;
}

/** The canonical Huffman code with these lengths (RFC 1951, 3.2.2). */
function huffmanCode(lengths: Uint8Array): HuffmanCode {
  const codes = new Uint16Array(lengths.length);
  let code = 0;
  for (let length = 1; length <= 15; length++) {
    for (const [symbol, symbolLength] of lengths.entries()) {
      if (symbolLength === length) {
        codes[symbol] = reverseBits(code++, length);
      }
    }
    code <<= 1;
  }
  return { codes, lengths };
}

function reverseBits(bits: number, count: number): number {
  let reversed = 0;
  for (let bit = 0; bit < count; bit++) {
    reversed = (reversed << 1) | ((bits >> bit) & 1);
  }
  return reversed;
}

/** Writes the zlib header and the header of the only block, which is the same for every image. */
function writeBlockHeader(bytes: Uint8Array, start: number): Readonly<BitWriter> {
  const writer = new BitWriter(bytes, start);
  writer.write(0x78, 8);
  writer.write(0x01, 8);
  // The last block, dynamic codes; 257 literal lengths, 2 distance lengths, 19 length code lengths.
  writer.write(0b101, 3);
  writer.write(0, 5);
  writer.write(1, 5);
  writer.write(15, 4);
  for (const symbol of LENGTH_CODE_ORDER) {
    writer.write(LENGTH_CODE_LENGTHS[symbol] as number, 3);
  }
  const lengthCode = huffmanCode(Uint8Array.from(LENGTH_CODE_LENGTHS));
  const put = (symbol: number): void => {
    writer.write(lengthCode.codes[symbol] as number, lengthCode.lengths[symbol] as number);
  };
  // No distance is ever used, but two codes of one bit are what every decoder expects.
  const lengths = [...literals.lengths, 1, 1];
  for (let index = 0; index < lengths.length;) {
    const length = lengths[index] as number;
    put(length);
    index++;
    let repeats = 0;
    while (lengths[index + repeats] === length && repeats < 6) {
      repeats++;
    }
    if (repeats >= 3) {
      put(16);
      writer.write(repeats - 3, 2);
      index += repeats;
    }
  }
  return writer;
}

function imageHeader(): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(IMAGE_SIDE, 0);
  header.writeUInt32BE(IMAGE_SIDE, 4);
  // 8 bits per sample, colour type 2 (RGB), deflate, adaptive filters, not interlaced.
  header.set([8, 2, 0, 0, 0], 8);
  return header;
}

function chunk(type: string, data: Buffer): Buffer {
  const bytes = Buffer.alloc(12 + data.length);
  bytes.writeUInt32BE(data.length, 0);
  bytes.write(type, 4, "latin1");
  data.copy(bytes, 8);
  bytes.writeUInt32BE(crc32(bytes.subarray(4, 8 + data.length)), 8 + data.length);
  return bytes;
}
