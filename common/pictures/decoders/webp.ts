import { readWebpCodec } from "#codecs";
import { WebAssemblyDecoder } from "./webAssembly";
import type { ImageSize } from "../../../contract/values";
import type { AreaAverage } from "./areaAverage";
import { readOrientation, type Orientation } from "./orientation";
import { checkSize, type Picture } from "./picture";

/**
 * Reads WebP; of an animated one the first frame, on its canvas. Layout: RFC 9649, "WebP Image
 * Format". The frame itself is decoded by Google's libwebp in WebAssembly, alone in a file of its
 * own, for libwebp's plain decoder knows neither animations nor orientations.
 */

interface Chunk {
  readonly type: string;
  readonly data: Buffer;
}

interface Frame extends ImageSize {
  readonly left: number;
  readonly top: number;
  /** The frame's pixels and, where there is one, its plane of transparency. */
  readonly chunks: readonly Chunk[];
}

const RIFF_HEADER_LENGTH = 12;
const CHUNK_HEADER_LENGTH = 8;
/** Before the chunks of a frame of an animation. */
const FRAME_HEADER_LENGTH = 16;
const EXTENDED_LENGTH = 10;
const ANIMATED = 0x02;
const WITH_EXIF = 0x08;
const TRANSPARENT = 0x10;

/** Measured by `npm run bench -- pictures`; see docs/pictures.md. */
const MOST_PIXELS = 52_000_000;

const decoder = new WebAssemblyDecoder(
  readWebpCodec,
  MOST_PIXELS,
  async () => import("@jsquash/webp/decode.js"),
);

/** @throws Error if the file is no whole WebP; TooLargeError */
export function readWebp(bytes: Buffer): Picture {
  const riffEnd = CHUNK_HEADER_LENGTH + bytes.readUInt32LE(4);
  if (riffEnd > bytes.length) {
    throw new Error("it is cut off");
  }
  const chunks = readChunks(bytes.subarray(RIFF_HEADER_LENGTH, riffEnd));
  const extended = chunks.find(({ type }) => type === "VP8X")?.data;
  // Only the extended layout has more than pixels, and only what its flags announce counts.
  const flags = extended?.readUInt8(0) ?? 0;
  const animated = (flags & ANIMATED) !== 0;
  const frame = animated ? firstFrame(chunks) : stillFrame(chunks, (flags & TRANSPARENT) !== 0);
  const canvas =
    extended === undefined
      ? frame
      : { width: 1 + extended.readUIntLE(4, 3), height: 1 + extended.readUIntLE(7, 3) };
  checkSize(canvas);
  const { left, top, width, height } = frame;
  if (!animated && (width !== canvas.width || height !== canvas.height)) {
    throw new Error("it has another size than its pixels");
  }
  if (left + width > canvas.width || top + height > canvas.height) {
    throw new Error("its frame reaches beyond its canvas");
  }
  const exif = chunks.find(({ type }) => type === "EXIF")?.data;
  const orientation: Orientation =
    exif === undefined || (flags & WITH_EXIF) === 0 ? 1 : readOrientation(exif);
  return {
    width: canvas.width,
    height: canvas.height,
    orientation,
    decode: (into) => decode(frame, canvas, into),
  };
}

function readChunks(bytes: Buffer): Chunk[] {
  const chunks: Chunk[] = [];
  for (let at = 0; at + CHUNK_HEADER_LENGTH <= bytes.length;) {
    const length = bytes.readUInt32LE(at + 4);
    const start = at + CHUNK_HEADER_LENGTH;
    if (start + length > bytes.length) {
      throw new Error("it is cut off");
    }
    chunks.push({
      type: bytes.toString("latin1", at, at + 4),
      data: bytes.subarray(start, start + length),
    });
    at = start + length + (length % 2);
  }
  return chunks;
}

function firstFrame(chunks: readonly Chunk[]): Frame {
  const data = chunks.find(({ type }) => type === "ANMF")?.data;
  if (data === undefined) {
    throw new Error("it has no frame");
  }
  return {
    ...stillFrame(readChunks(data.subarray(FRAME_HEADER_LENGTH)), true),
    left: 2 * data.readUIntLE(0, 3),
    top: 2 * data.readUIntLE(3, 3),
  };
}

function stillFrame(chunks: readonly Chunk[], transparent: boolean): Frame {
  const pixels = chunks.find(({ type }) => type === "VP8 " || type === "VP8L");
  if (pixels === undefined) {
    throw new Error("it has no pixels");
  }
  const alpha = transparent ? chunks.find(({ type }) => type === "ALPH") : undefined;
  return {
    ...sizeOf(pixels),
    left: 0,
    top: 0,
    chunks: alpha !== undefined && pixels.type === "VP8 " ? [alpha, pixels] : [pixels],
  };
}

/** RFC 6386, 9.1; RFC 9649, 3.4. */
function sizeOf({ type, data }: Chunk): ImageSize {
  if (type === "VP8 ") {
    return { width: data.readUInt16LE(6) & 0x3fff, height: data.readUInt16LE(8) & 0x3fff };
  }
  const bits = data.readUInt32LE(1);
  return { width: 1 + (bits & 0x3fff), height: 1 + ((bits >> 14) & 0x3fff) };
}

/** A file that has nothing but the frame. */
function fileOf({ width, height, chunks }: Frame): Buffer {
  const parts = chunks.flatMap(({ type, data }) => chunk(type, data));
  if (chunks.length > 1) {
    const extended = Buffer.alloc(EXTENDED_LENGTH);
    extended.writeUInt8(TRANSPARENT, 0);
    extended.writeUIntLE(width - 1, 4, 3);
    extended.writeUIntLE(height - 1, 7, 3);
    parts.unshift(...chunk("VP8X", extended));
  }
  return Buffer.concat(chunk("RIFF", Buffer.concat([Buffer.from("WEBP"), ...parts])));
}

function chunk(type: string, data: Buffer): Buffer[] {
  const header = Buffer.alloc(CHUNK_HEADER_LENGTH);
  header.write(type, "latin1");
  header.writeUInt32LE(data.length, 4);
  return [header, data, Buffer.alloc(data.length % 2)];
}

async function decode(frame: Frame, canvas: ImageSize, into: AreaAverage): Promise<void> {
  const { left, top, width, height } = frame;
  const pixels = await decoder.decode(fileOf(frame), frame);
  // Where the frame is not, the canvas is transparent.
  const row = new Uint8ClampedArray(canvas.width * 4);
  for (let y = 0; y < canvas.height; y++) {
    const inside = y >= top && y < top + height;
    if (inside) {
      row.set(pixels.subarray((y - top) * width * 4, (y - top + 1) * width * 4), left * 4);
    } else {
      row.fill(0);
    }
    into.add(y, row);
  }
}
