import { Jimp } from "jimp";
import { crc32, deflateSync } from "node:zlib";

export interface Pixels {
  readonly width: number;
  readonly height: number;
  /** RGBA, row by row. */
  readonly data: Buffer;
}

type Encoding = "image/png" | "image/jpeg" | "image/bmp" | "image/gif" | "image/tiff";

/** An opaque image in which every pixel has another colour than its neighbours. */
export function patterned(width: number, height: number): Pixels {
  const data = Buffer.alloc(width * height * 4);
  for (let pixel = 0; pixel < width * height; pixel++) {
    data.writeUInt32BE((((pixel * 2654435761) << 8) | 0xff) >>> 0, pixel * 4);
  }
  return { width, height, data };
}

/** An image of one colour. @param rgba as 0xRRGGBBAA */
export function plain(width: number, height: number, rgba: number): Pixels {
  const data = Buffer.alloc(width * height * 4);
  for (let offset = 0; offset < data.length; offset += 4) {
    data.writeUInt32BE(rgba, offset);
  }
  return { width, height, data };
}

/** The file's bytes. BMP's encoder works in place, so each gets its own pixels. */
export async function encode(pixels: Pixels, encoding: Encoding): Promise<Buffer> {
  return new Jimp({ ...pixels, data: Buffer.from(pixels.data) }).getBuffer(encoding);
}

export async function decode(bytes: Buffer): Promise<Pixels> {
  const { width, height, data } = (await Jimp.fromBuffer(bytes)).bitmap;
  return { width, height, data: Buffer.from(data) };
}

export interface PngHeader {
  readonly width: number;
  readonly height: number;
  readonly depth?: 1 | 2 | 4 | 8 | 16;
  /** 0 grey, 2 RGB, 3 palette, 4 grey and alpha, 6 RGBA. */
  readonly colorType?: 0 | 2 | 3 | 4 | 6;
  readonly interlaced?: boolean;
}

export const PNG_SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** A PNG with any header over any scan lines, whether they fit or not. */
export function craftedPng(header: PngHeader, scanLines: Buffer, ...before: Buffer[]): Buffer {
  return Buffer.concat([
    PNG_SIGNATURE,
    pngHeader(header),
    ...before,
    pngChunk("IDAT", deflateSync(scanLines)),
    pngChunk("IEND", Buffer.alloc(0)),
  ]);
}

export function pngHeader(header: PngHeader): Buffer {
  const { width, height, depth = 8, colorType = 2, interlaced = false } = header;
  const data = Buffer.alloc(13);
  data.writeUInt32BE(width, 0);
  data.writeUInt32BE(height, 4);
  data.set([depth, colorType, 0, 0, interlaced ? 1 : 0], 8);
  return pngChunk("IHDR", data);
}

export function pngChunk(type: string, data: Buffer): Buffer {
  const checked = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(crc32(checked));
  return Buffer.concat([length, checked, checksum]);
}

/** Two frames of 2 x 2 pixels, the first red, the second green (as an animation has them). */
export function animatedGif(frameWidth = 2, frameHeight = 2): Buffer {
  const frame = (color: number) => [
    ...[0x21, 0xf9, 4, 0, 10, 0, 0, 0], // shown for 100 ms
    ...[0x2c, 0, 0, 0, 0],
    ...[frameWidth & 255, frameWidth >> 8, frameHeight & 255, frameHeight >> 8, 0],
    ...[2, 3, ...lzwOfFour(color), 0],
  ];
  return Buffer.from([
    ...Buffer.from("GIF89a"),
    ...[2, 0, 2, 0, 0x80, 0, 0], // 2 x 2, palette of two colours
    ...[0xff, 0, 0, 0, 0xff, 0],
    ...[0x21, 0xfe, 5, ...Buffer.from("hello"), 0], // a comment
    ...frame(0),
    ...frame(1),
    0x3b,
  ]);
}

/** LZW of four equal pixels with codes of 3 bits: clear, then each pixel as it is, then end. */
function lzwOfFour(color: number): number[] {
  const CLEAR = 4;
  const END = 5;
  // The table grows by one code per pixel after the first; 7 is reached with the fourth, so codes
  // have 4 bits from there on.
  const codes: [code: number, bits: number][] = [
    [CLEAR, 3],
    [color, 3],
    [color, 3],
    [color, 3],
    [color, 4],
    [END, 4],
  ];
  let bits = 0;
  let length = 0;
  for (const [code, width] of codes) {
    bits |= code << length;
    length += width;
  }
  return [bits & 255, (bits >> 8) & 255, (bits >> 16) & 255];
}

/** A JPEG with a segment of EXIF data before all others. */
export function withExif(jpeg: Buffer, data: Buffer): Buffer {
  const segment = Buffer.from([0xff, 0xe1, 0, 0, ...Buffer.from("Exif\0\0", "latin1")]);
  segment.writeUInt16BE(data.length + 8, 2);
  return Buffer.concat([jpeg.subarray(0, 2), segment, data, jpeg.subarray(2)]);
}
