import { crc32, createInflate, inflateSync } from "node:zlib";
import type { ImageSize } from "../../../contract/values";
import type { AreaAverage } from "./areaAverage";
import { readOrientation, type Orientation } from "./orientation";
import { checkSize, type Picture } from "./picture";
import { readRawProfile } from "./rawProfile";

/**
 * Reads PNG, row by row. Of an animated one the picture that every viewer shows is taken, and
 * whatever follows the end is ignored. Layout: W3C, "Portable Network Graphics (PNG)
 * Specification (Third Edition)".
 */

export const PNG_SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** Length, type and checksum. */
const CHUNK_OVERHEAD = 12;

/** Samples per pixel and the depths allowed, by colour type. */
const COLOR_TYPES: Readonly<Record<number, readonly [samples: number, depths: readonly number[]]>> =
  {
    0: [1, [1, 2, 4, 8, 16]],
    2: [3, [8, 16]],
    3: [1, [1, 2, 4, 8]],
    4: [2, [8, 16]],
    6: [4, [8, 16]],
  };
const PALETTE = 3;

/** First column and row, and the steps, of each pass of an interlaced picture. */
const PASSES = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;
const SINGLE_PASS = [[0, 0, 1, 1]] as const;

interface Chunks extends ImageSize {
  readonly depth: number;
  readonly colorType: number;
  readonly samples: number;
  readonly interlaced: boolean;
  readonly palette: Buffer | undefined;
  readonly transparency: Buffer | undefined;
  readonly orientation: Orientation;
  readonly pixelData: readonly Buffer[];
}

/** @throws Error if the file is no whole PNG; TooLargeError */
export function readPng(bytes: Buffer): Picture {
  const chunks = readChunks(bytes);
  const { width, height, orientation } = chunks;
  return { width, height, orientation, decode: (into) => decode(chunks, into) };
}

/** Whatever is not needed for the first picture is passed over, unchecked. */
function readChunks(bytes: Buffer): Chunks {
  let header: ReturnType<typeof readHeader> | undefined;
  let palette: Buffer | undefined;
  let transparency: Buffer | undefined;
  let exif: Buffer | undefined;
  let rawProfile: Buffer | undefined;
  const pixelData: Buffer[] = [];
  for (let offset = PNG_SIGNATURE.length; ;) {
    if (offset + CHUNK_OVERHEAD > bytes.length) {
      throw new Error("it is cut off");
    }
    const length = bytes.readUInt32BE(offset);
    const type = bytes.toString("latin1", offset + 4, offset + 8);
    const end = offset + 8 + length;
    if (end + 4 > bytes.length) {
      throw new Error(`it is cut off within its chunk ${JSON.stringify(type)}`);
    }
    const checked = bytes.subarray(offset + 4, end);
    const data = checked.subarray(4);
    if (header === undefined && type !== "IHDR") {
      throw new Error("it does not begin with its header");
    }
    if (NEEDED.has(type) && crc32(checked) !== bytes.readUInt32BE(end)) {
      throw new Error(`the checksum of its chunk ${type} is wrong`);
    }
    switch (type) {
      case "IHDR":
        if (header !== undefined) {
          throw new Error("it has two headers");
        }
        header = readHeader(data);
        break;
      case "PLTE":
        // It comes before the pixels, or is none of theirs (table 7).
        palette = pixelData.length > 0 ? palette : data;
        break;
      case "tRNS":
        transparency = data;
        break;
      case "eXIf":
        exif = data;
        break;
      case "tEXt":
      case "zTXt":
      case "iTXt":
        rawProfile = readRawProfile(type, data) ?? rawProfile;
        break;
      case "IDAT":
        pixelData.push(data);
        break;
      case "IEND":
        if (header === undefined || pixelData.length === 0) {
          throw new Error("it has no pixels");
        }
        if (header.colorType === PALETTE && palette === undefined) {
          throw new Error("it has no palette");
        }
        return {
          ...header,
          palette,
          transparency,
          orientation: readOrientation(exif ?? rawProfile ?? Buffer.alloc(0)),
          pixelData,
        };
    }
    offset = end + 4;
  }
}

const NEEDED = new Set(["IHDR", "PLTE", "tRNS", "IDAT", "IEND"]);

function readHeader(data: Buffer) {
  if (data.length !== 13) {
    throw new Error(`its header has ${data.length} bytes, not 13`);
  }
  const size = { width: data.readUInt32BE(0), height: data.readUInt32BE(4) };
  checkSize(size);
  const [depth = 0, colorType = 0, compression, filter, interlacing = 0] = data.subarray(8);
  const [samples, depths] = COLOR_TYPES[colorType] ?? [];
  if (samples === undefined || !depths?.includes(depth)) {
    throw new Error(`its header says colour type ${colorType} with ${depth} bits`);
  }
  if (compression !== 0 || filter !== 0 || interlacing > 1) {
    throw new Error("its header names methods that PNG does not have");
  }
  return { ...size, depth, colorType, samples, interlaced: interlacing === 1 };
}

/** One row of a pass: where its first pixel is, how far the next, and how many there are. */
interface Row {
  readonly x: number;
  readonly y: number;
  readonly step: number;
  readonly columns: number;
}

function* rowsOf({ width, height, interlaced }: Chunks): Generator<Row, undefined> {
  for (const [x, firstY, step, stepY] of interlaced ? PASSES : SINGLE_PASS) {
    const columns = Math.ceil((width - x) / step);
    for (let y = firstY; columns > 0 && y < height; y += stepY) {
      yield { x, y, step, columns };
    }
  }
}

/** Inflates and hands over row by row: neither the file's pixels nor the picture's are kept. */
async function decode(chunks: Chunks, into: AreaAverage): Promise<void> {
  const bitsPerPixel = chunks.samples * chunks.depth;
  const pixelBytes = Math.ceil(bitsPerPixel / 8);
  const toRgba = converter(chunks);
  const rgba = new Uint8Array(chunks.width * 4);
  const rows = rowsOf(chunks);
  let row = rows.next().value;
  // The filter's number, and the pixels.
  let line = Buffer.alloc(1 + rowBytes(row));
  let above = Buffer.alloc(line.length);
  let filled = 0;

  for await (const chunk of inflated(chunks)) {
    for (let at = 0; at < chunk.length;) {
      if (row === undefined) {
        throw tooManyPixels();
      }
      const copied = chunk.copy(line, filled, at);
      at += copied;
      filled += copied;
      if (filled < line.length) {
        continue;
      }
      unfilter(line, above, pixelBytes);
      toRgba(line, row.columns, rgba);
      into.add(row.y, rgba.subarray(0, row.columns * 4), row.x, row.step);
      [line, above] = [above, line];
      const next: Row | undefined = rows.next().value;
      if (next?.columns !== row.columns || next.y <= row.y) {
        line = Buffer.alloc(1 + rowBytes(next)); // another pass
        above = Buffer.alloc(line.length);
      }
      row = next;
      filled = 0;
    }
  }
  if (row !== undefined) {
    throw new Error("it has fewer pixels than its header says");
  }

  function rowBytes(row: Row | undefined): number {
    return Math.ceil(((row?.columns ?? 0) * bitsPerPixel) / 8);
  }
}

/** In bytes. */
const INFLATED_AT_ONCE = 256 * 1024;
/** Least that zlib of Node.js takes. */
const LEAST_CHUNK = 64;

/**
 * The rows' bytes. Those of a small picture come at once, in no more memory than it takes: to hand
 * them from one thread to the other and back would be the most of its costs.
 */
function inflated(chunks: Chunks): readonly Buffer[] | AsyncIterable<Buffer> {
  const { pixelData, width, height, samples, depth, interlaced } = chunks;
  const expected = (1 + Math.ceil((width * samples * depth) / 8)) * height;
  // A row of an interlaced picture is in up to four passes.
  const most = Math.max(LEAST_CHUNK, (interlaced ? 4 : 1) * expected + 1);
  if (most <= INFLATED_AT_ONCE) {
    return [inflateAtMost(Buffer.concat(pixelData), most)];
  }
  const inflate = createInflate({ chunkSize: INFLATED_AT_ONCE });
  for (const part of pixelData) {
    inflate.write(part);
  }
  inflate.end();
  return inflate;
}

function inflateAtMost(bytes: Buffer, most: number): Buffer {
  try {
    return inflateSync(bytes, { chunkSize: most, maxOutputLength: most });
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE"
      ? tooManyPixels()
      : error;
  }
}

function tooManyPixels(): Error {
  return new Error("it has more pixels than its header says");
}

/** Undoes a row's filter in place (chapter 9). @param line its filter's number, and its bytes */
function unfilter(line: Buffer, above: Buffer, pixelBytes: number): void {
  const filter = line[0] as number;
  const length = line.length;
  const first = 1 + pixelBytes;
  switch (filter) {
    case 0:
      return;
    case 1:
      for (let at = first; at < length; at++) {
        line[at] = (line[at] as number) + (line[at - pixelBytes] as number);
      }
      return;
    case 2:
      for (let at = 1; at < length; at++) {
        line[at] = (line[at] as number) + (above[at] as number);
      }
      return;
    case 3:
      for (let at = 1; at < length; at++) {
        const left = at < first ? 0 : (line[at - pixelBytes] as number);
        line[at] = (line[at] as number) + ((left + (above[at] as number)) >> 1);
      }
      return;
    case 4:
      for (let at = 1; at < Math.min(first, length); at++) {
        line[at] = (line[at] as number) + (above[at] as number);
      }
      for (let at = first; at < length; at++) {
        const left = line[at - pixelBytes] as number;
        const up = above[at] as number;
        const upLeft = above[at - pixelBytes] as number;
        const toLeft = Math.abs(up - upLeft);
        const toUp = Math.abs(left - upLeft);
        const toUpLeft = Math.abs(left + up - 2 * upLeft);
        const nearest =
          toLeft <= toUp && toLeft <= toUpLeft ? left : toUp <= toUpLeft ? up : upLeft;
        line[at] = (line[at] as number) + nearest;
      }
      return;
    default:
      throw new Error(`its pixels have filter ${filter}, which PNG does not have`);
  }
}

type Converter = (line: Buffer, columns: number, rgba: Uint8Array) => void;

/** How a row's bytes become RGBA. Of 16 bits the upper 8 count, save where transparency is meant. */
function converter(chunks: Chunks): Converter {
  const { depth, colorType, samples } = chunks;
  if (colorType === PALETTE || (samples === 1 && depth <= 8)) {
    return indexedConverter(depth, colorType === PALETTE ? paletteOf(chunks) : greysOf(chunks));
  }
  const bytes = depth / 8;
  const green = samples >= 3 ? bytes : 0;
  const blue = 2 * green;
  const alpha = samples === 2 || samples === 4 ? (samples - 1) * bytes : undefined;
  const transparent = alpha === undefined ? transparentPixel(chunks) : undefined;
  return (line, columns, rgba) => {
    for (let from = 1, to = 0; to < columns * 4; from += samples * bytes, to += 4) {
      rgba[to] = line[from] as number;
      rgba[to + 1] = line[from + green] as number;
      rgba[to + 2] = line[from + blue] as number;
      rgba[to + 3] =
        alpha !== undefined
          ? (line[from + alpha] as number)
          : transparent?.equals(line.subarray(from, from + transparent.length))
            ? 0
            : 255;
    }
  };
}

/** @param colors RGBA by index */
function indexedConverter(depth: number, colors: Uint8Array): Converter {
  const mask = 2 ** depth - 1;
  const perByte = 8 / depth;
  return (line, columns, rgba) => {
    for (let x = 0; x < columns; x++) {
      const byte = line[1 + Math.floor(x / perByte)] as number;
      const index = (byte >> (8 - depth * ((x % perByte) + 1))) & mask;
      for (let channel = 0; channel < 4; channel++) {
        rgba[4 * x + channel] = colors[4 * index + channel] as number;
      }
    }
  };
}

/** Indexes beyond the palette are black (11.2.2 PLTE). */
function paletteOf({ palette = Buffer.alloc(0), transparency }: Chunks): Uint8Array {
  const colors = new Uint8Array(256 * 4);
  for (let index = 0; index < 256; index++) {
    colors.set(palette.subarray(3 * index, 3 * index + 3), 4 * index);
    colors[4 * index + 3] = transparency?.[index] ?? 255;
  }
  return colors;
}

function greysOf({ depth, transparency }: Chunks): Uint8Array {
  const most = 2 ** depth - 1;
  // Of the 16 bits only as many count as a sample has (11.3.1.1).
  const transparent =
    transparency === undefined || transparency.length < 2
      ? undefined
      : transparency.readUInt16BE(0) & most;
  const colors = new Uint8Array((most + 1) * 4);
  for (let value = 0; value <= most; value++) {
    const grey = (value * 255) / most;
    colors.set([grey, grey, grey, value === transparent ? 0 : 255], 4 * value);
  }
  return colors;
}

/** The bytes of the colour that counts as transparent, as the rows have it. */
function transparentPixel({ depth, samples, transparency }: Chunks): Buffer | undefined {
  if (transparency === undefined || transparency.length < 2 * samples) {
    return undefined;
  }
  const sixteen = transparency.subarray(0, 2 * samples);
  return depth === 16 ? sixteen : (sixteen.filter((_, index) => index % 2 === 1) as Buffer);
}
