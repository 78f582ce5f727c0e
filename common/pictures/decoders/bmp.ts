import type { ImageSize } from "../../../contract/values";
import type { AreaAverage } from "./areaAverage";
import { checkSize, type Picture } from "./picture";

/**
 * Reads BMP: of Windows 2.0 to 98 and of OS/2, with 1 to 32 bits, masks, run lengths, rows in both
 * directions. Layout: Microsoft, "Bitmap storage" and "BITMAPV5HEADER"; IBM, "OS/2 Presentation
 * Manager Bitmap File Format".
 */

const FILE_HEADER_LENGTH = 14;
/** Of OS/2 1.x and Windows 2.x: sizes have 16 bits, palette entries 3 bytes. */
const CORE_HEADER_LENGTH = 12;
/** The first of Windows' headers that has masks of its own, and that which has one for alpha. */
const WITH_MASKS_LENGTH = 52;
const WITH_ALPHA_LENGTH = 56;

const enum Compression {
  None = 0,
  RunLength8 = 1,
  RunLength4 = 2,
  Masks = 3,
  MasksWithAlpha = 6,
}

interface Layout extends ImageSize {
  readonly depth: number;
  readonly compression: number;
  readonly topDown: boolean;
  /** RGBA by index, for 8 bits and less. */
  readonly palette: Uint8Array;
  /** Red, green, blue, alpha, for 16 and 32 bits. */
  readonly masks: readonly number[];
  readonly pixels: Buffer;
}

/** @throws Error if the file is no whole BMP, or of a kind that is not decoded; TooLargeError */
export function readBmp(bytes: Buffer): Picture {
  const layout = readLayout(bytes);
  const { width, height } = layout;
  return { width, height, orientation: 1, decode: (into) => decode(layout, into) };
}

function readLayout(bytes: Buffer): Layout {
  const pixelOffset = bytes.readUInt32LE(10);
  const headerLength = bytes.readUInt32LE(14);
  const headerEnd = FILE_HEADER_LENGTH + headerLength;
  const core = headerLength === CORE_HEADER_LENGTH;
  if (!core && (headerLength < 16 || headerLength > 256 || headerEnd > bytes.length)) {
    throw new Error(`its header says that it has ${headerLength} bytes`);
  }
  /** A number of 4 bytes, or 0 where the header ends before it. */
  const field = (at: number) => (!core && at + 4 <= headerEnd ? bytes.readUInt32LE(at) : 0);

  const width = core ? bytes.readUInt16LE(18) : bytes.readInt32LE(18);
  const signedHeight = core ? bytes.readUInt16LE(20) : bytes.readInt32LE(22);
  const size = { width, height: Math.abs(signedHeight) };
  checkSize(size);
  const depth = bytes.readUInt16LE(core ? 24 : 28);
  const compression = field(30);
  const ownMasks = compression === Compression.Masks || compression === Compression.MasksWithAlpha;
  if (!DEPTHS[compression]?.includes(depth)) {
    throw new Error(`it has ${depth} bits per pixel in compression ${compression}`);
  }

  // The masks follow the header of 40 bytes, and are part of the longer ones.
  const alphaMask = headerLength >= WITH_ALPHA_LENGTH || compression === Compression.MasksWithAlpha;
  const maskCount = ownMasks ? (alphaMask ? 4 : 3) : 0;
  const paletteOffset = headerLength >= WITH_MASKS_LENGTH ? headerEnd : headerEnd + 4 * maskCount;
  const masks = ownMasks
    ? Array.from({ length: 4 }, (_, index) =>
        index < maskCount ? bytes.readUInt32LE(54 + 4 * index) : 0,
      )
    : depth === 16
      ? [0x7c00, 0x03e0, 0x001f, 0]
      : [0xff0000, 0x00ff00, 0x0000ff, 0];

  const paletteEnd = depth <= 8 ? paletteOffset + paletteLength() : paletteOffset;
  // Some programs leave the offset out, or give that of the palette.
  const pixelStart =
    pixelOffset < headerEnd || (depth <= 8 && pixelOffset === headerEnd) ? paletteEnd : pixelOffset;
  return {
    ...size,
    depth,
    compression,
    topDown: signedHeight < 0,
    palette: readPalette(
      bytes.subarray(paletteOffset, Math.min(paletteEnd, pixelStart)),
      core ? 3 : 4,
    ),
    masks,
    pixels: bytes.subarray(pixelStart),
  };

  function paletteLength(): number {
    const most = 2 ** depth;
    const said = field(46);
    return (said > 0 && said < most ? said : most) * (core ? 3 : 4);
  }
}

/** Depths by compression. */
const DEPTHS: Readonly<Record<number, readonly number[]>> = {
  [Compression.None]: [1, 2, 4, 8, 16, 24, 32],
  [Compression.RunLength8]: [8],
  [Compression.RunLength4]: [4],
  [Compression.Masks]: [16, 32],
  [Compression.MasksWithAlpha]: [16, 32],
};

/** Entries that the file does not have are black. */
function readPalette(entries: Buffer, entryLength: number): Uint8Array {
  const palette = new Uint8Array(256 * 4);
  for (let index = 0; index < 256; index++) {
    const at = index * entryLength;
    const [blue = 0, green = 0, red = 0] = entries.subarray(at, at + 3);
    palette.set([red, green, blue, 255], index * 4);
  }
  return palette;
}

function decode(layout: Layout, into: AreaAverage): void {
  const { width, height, topDown, compression } = layout;
  const rgba = new Uint8Array(width * 4);
  const y = (row: number) => (topDown ? row : height - 1 - row);
  if (compression === Compression.RunLength8 || compression === Compression.RunLength4) {
    const indexes = expandRuns(layout);
    for (let row = 0; row < height; row++) {
      for (let x = 0; x < width; x++) {
        copyColor(layout.palette, indexes[row * width + x] as number, rgba, x);
      }
      into.add(y(row), rgba);
    }
    return;
  }
  const rowBytes = Math.ceil((width * layout.depth) / 32) * 4;
  const usedBytes = Math.ceil((width * layout.depth) / 8);
  if (layout.pixels.length < rowBytes * (height - 1) + usedBytes) {
    throw new Error("it is cut off");
  }
  const toRgba = converter(layout);
  for (let row = 0; row < height; row++) {
    toRgba(layout.pixels.subarray(row * rowBytes, row * rowBytes + usedBytes), rgba);
    into.add(y(row), rgba);
  }
}

function copyColor(palette: Uint8Array, index: number, rgba: Uint8Array, x: number): void {
  for (let channel = 0; channel < 4; channel++) {
    rgba[4 * x + channel] = palette[4 * index + channel] as number;
  }
}

type Converter = (row: Buffer, rgba: Uint8Array) => void;

function converter({ width, depth, palette, masks, compression }: Layout): Converter {
  if (depth <= 8) {
    const perByte = 8 / depth;
    const mask = 2 ** depth - 1;
    return (row, rgba) => {
      for (let x = 0; x < width; x++) {
        const byte = row[Math.floor(x / perByte)] as number;
        copyColor(palette, (byte >> (8 - depth * ((x % perByte) + 1))) & mask, rgba, x);
      }
    };
  }
  if (compression === Compression.None && depth >= 24) {
    const pixelBytes = depth / 8;
    return (row, rgba) => {
      for (let x = 0, from = 0; x < width; x++, from += pixelBytes) {
        rgba[4 * x] = row[from + 2] as number;
        rgba[4 * x + 1] = row[from + 1] as number;
        rgba[4 * x + 2] = row[from] as number;
        rgba[4 * x + 3] = 255;
      }
    };
  }
  const channels = masks.map(maskReader);
  const read =
    depth === 16
      ? (row: Buffer, x: number) => row.readUInt16LE(2 * x)
      : (row: Buffer, x: number) => row.readUInt32LE(4 * x);
  return (row, rgba) => {
    for (let x = 0; x < width; x++) {
      const pixel = read(row, x);
      for (const [channel, value] of channels.entries()) {
        rgba[4 * x + channel] = value(pixel);
      }
    }
  };
}

/** What a mask leaves of a pixel, from 0 to 255. Where there is none, red to blue are 0 and alpha full. */
function maskReader(mask: number, channel: number): (pixel: number) => number {
  if (mask === 0) {
    return () => (channel === 3 ? 255 : 0);
  }
  const shift = 31 - Math.clz32(mask & -mask);
  const most = mask >>> shift;
  return (pixel) => (((pixel & mask) >>> shift) * 255) / most;
}

/**
 * Expands run lengths into an index per pixel, rows as in the file. Pixels that the runs jump over
 * have index 0.
 */
function expandRuns({ width, height, depth, pixels }: Layout): Uint8Array {
  const END_OF_ROW = 0;
  const END = 1;
  const JUMP = 2;
  const indexes = new Uint8Array(width * height);
  let x = 0;
  let y = 0;
  let at = 0;
  const next = () => {
    const byte = pixels[at++];
    if (byte === undefined) {
      throw new Error("it is cut off");
    }
    return byte;
  };
  const put = (index: number) => {
    if (x < width && y < height) {
      indexes[y * width + x] = index;
    }
    x++;
  };
  const putBytes = (count: number, byte: () => number) => {
    let current = 0;
    for (let index = 0; index < count; index++) {
      if (depth === 8) {
        put(byte());
      } else {
        current = index % 2 === 0 ? byte() : current;
        put(index % 2 === 0 ? current >> 4 : current & 15);
      }
    }
  };

  // Without its end a picture is whole when its last row is.
  while (y < height && !(y === height - 1 && x >= width && at >= pixels.length)) {
    const count = next();
    const value = next();
    if (count > 0) {
      putBytes(count, () => value);
    } else if (value === END) {
      break;
    } else if (value === END_OF_ROW) {
      x = 0;
      y++;
    } else if (value === JUMP) {
      x += next();
      y += next();
    } else {
      const start = at;
      putBytes(value, next);
      // Filled up to an even number of bytes.
      at += (at - start) % 2;
    }
  }
  return indexes;
}
