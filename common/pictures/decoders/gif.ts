import type { ImageSize } from "../../../contract/values";
import type { AreaAverage } from "./areaAverage";
import { checkSize, type Picture } from "./picture";

/**
 * Reads the first frame of a GIF, on its canvas. Layout: CompuServe, "Graphics Interchange Format,
 * Version 89a", sections 18 to 24 and appendix F.
 */

const EXTENSION = 0x21;
const GRAPHIC_CONTROL = 0xf9;
const FRAME = 0x2c;
const SCREEN_LENGTH = 13;
const FRAME_LENGTH = 10;
const LONGEST_CODE = 12;

interface Frame extends ImageSize {
  readonly left: number;
  readonly top: number;
  readonly interlaced: boolean;
  readonly palette: Uint8Array;
  /** RGBA of the canvas around the frame. */
  readonly background: Uint8Array;
  readonly codeLength: number;
  readonly data: Buffer;
}

/** @throws Error if the file is no GIF with a whole first frame; TooLargeError */
export function readGif(bytes: Buffer): Picture {
  const frame = readFrame(bytes);
  // Some frames reach beyond their screen, which then grows.
  const width = Math.max(bytes.readUInt16LE(6), frame.left + frame.width);
  const height = Math.max(bytes.readUInt16LE(8), frame.top + frame.height);
  checkSize({ width, height });
  return {
    width,
    height,
    orientation: 1,
    decode: (into) => decode(frame, { width, height }, into),
  };
}

function readFrame(bytes: Buffer): Frame {
  const globalColors = paletteLength(bytes, 10);
  const globalPalette = bytes.subarray(SCREEN_LENGTH, SCREEN_LENGTH + globalColors);
  let transparent: number | undefined;
  let offset = skipZeros(bytes, SCREEN_LENGTH + globalColors);
  while (bytes[offset] === EXTENSION) {
    if (bytes[offset + 1] === GRAPHIC_CONTROL && bytes.readUInt8(offset + 3) & 1) {
      transparent = bytes.readUInt8(offset + 6);
    }
    offset = skipZeros(bytes, readBlocks(bytes, offset + 2).end);
  }
  if (bytes[offset] !== FRAME) {
    throw new Error("it has no frame");
  }
  const size = { width: bytes.readUInt16LE(offset + 5), height: bytes.readUInt16LE(offset + 7) };
  checkSize(size);
  const localColors = paletteLength(bytes, offset + 9);
  const start = offset + FRAME_LENGTH + localColors;
  const local = bytes.subarray(offset + FRAME_LENGTH, start);
  const entries = localColors > 0 ? local : globalPalette;
  if (entries.length === 0) {
    throw new Error("it has no palette");
  }
  const palette = readPalette(entries, transparent);
  return {
    ...size,
    left: bytes.readUInt16LE(offset + 1),
    top: bytes.readUInt16LE(offset + 3),
    interlaced: (bytes.readUInt8(offset + 9) & 0x40) !== 0,
    palette,
    background: transparent === undefined ? palette.slice(0, 4) : new Uint8Array(4),
    codeLength: bytes.readUInt8(start),
    data: readBlocks(bytes, start + 1).data,
  };
}

/** Some programs write more empty blocks than one between others. */
function skipZeros(bytes: Buffer, offset: number): number {
  let at = offset;
  while (bytes[at] === 0) {
    at++;
  }
  return at;
}

/** Bytes of the palette that a packed field announces. */
function paletteLength(bytes: Buffer, packedAt: number): number {
  const packed = bytes.readUInt8(packedAt);
  return packed & 0x80 ? 3 * 2 ** ((packed & 0x07) + 1) : 0;
}

/** Entries that the file does not have are black. */
function readPalette(entries: Buffer, transparent: number | undefined): Uint8Array {
  const palette = new Uint8Array(256 * 4);
  for (let index = 0; index < 256; index++) {
    palette.set(entries.subarray(3 * index, 3 * index + 3), 4 * index);
    palette[4 * index + 3] = index === transparent ? 0 : 255;
  }
  return palette;
}

/** What is in the blocks from an offset to the empty one that ends them. */
function readBlocks(bytes: Buffer, offset: number): { data: Buffer; end: number } {
  const blocks: Buffer[] = [];
  for (let length = bytes.readUInt8(offset); length > 0; length = bytes.readUInt8(offset)) {
    blocks.push(bytes.subarray(offset + 1, offset + 1 + length));
    offset += 1 + length;
  }
  return { data: Buffer.concat(blocks), end: offset + 1 };
}

function decode(frame: Frame, canvas: ImageSize, into: AreaAverage): void {
  const { width, height, left, top, palette, background } = frame;
  const indexes = expand(frame);
  const rgba = new Uint8Array(canvas.width * 4);
  const drawBackground = () => {
    for (let x = 0; x < canvas.width; x++) {
      rgba.set(background, 4 * x);
    }
  };
  drawBackground();
  for (let y = 0; y < canvas.height; y++) {
    if (y < top || y >= top + height) {
      into.add(y, rgba);
    }
  }
  for (const [stored, row] of rowOrder(frame).entries()) {
    for (let x = 0; x < width; x++) {
      const from = 4 * (indexes[stored * width + x] as number);
      for (let channel = 0; channel < 4; channel++) {
        rgba[4 * (left + x) + channel] = palette[from + channel] as number;
      }
    }
    into.add(top + row, rgba);
  }
}

/** Which row of the frame each stored one is (appendix E). */
function rowOrder({ height, interlaced }: Frame): number[] {
  const passes = interlaced
    ? [
        [0, 8],
        [4, 8],
        [2, 4],
        [1, 2],
      ]
    : [[0, 1]];
  return passes.flatMap(([first = 0, step = 1]) =>
    Array.from(
      { length: Math.ceil(Math.max(0, height - first) / step) },
      (_, index) => first + index * step,
    ),
  );
}

/**
 * Undoes the compression: variable-length LZW (appendix F).
 * @throws Error if a code stands for nothing, or the codes end before the pixels
 */
function expand({ width, height, codeLength, data }: Frame): Uint8Array {
  if (codeLength < 1 || codeLength > 11) {
    throw new Error(`its codes begin with ${codeLength} bits`);
  }
  const clear = 1 << codeLength;
  const end = clear + 1;
  // A code stands for the text of an earlier code and one index more.
  const prefixes = new Uint16Array(1 << LONGEST_CODE);
  const suffixes = new Uint8Array(1 << LONGEST_CODE);
  const lengths = new Uint16Array(1 << LONGEST_CODE);
  for (let index = 0; index < clear; index++) {
    suffixes[index] = index;
    lengths[index] = 1;
  }
  const indexes = new Uint8Array(width * height);
  let filled = 0;
  let next = end + 1;
  let bits = codeLength + 1;
  let previous: number | undefined;
  let pending = 0;
  let pendingCount = 0;
  let at = 0;
  while (filled < indexes.length) {
    while (pendingCount < bits) {
      if (at >= data.length) {
        throw new Error("it has fewer pixels than its frame");
      }
      pending |= (data[at++] as number) << pendingCount;
      pendingCount += 8;
    }
    const code = pending & ((1 << bits) - 1);
    pending >>>= bits;
    pendingCount -= bits;
    if (code === clear) {
      next = end + 1;
      bits = codeLength + 1;
      previous = undefined;
      continue;
    }
    if (code === end) {
      throw new Error("it has fewer pixels than its frame");
    }
    if (
      previous === undefined
        ? code > end
        : code > next || (code === next && next === 1 << LONGEST_CODE)
    ) {
      throw new Error(`code ${code} of its pixels stands for nothing`);
    }
    // The code that is about to be made begins and ends with the first index of the one before.
    const known = previous !== undefined && code === next ? previous : code;
    const length = lengths[known] as number;
    let write = filled + length - 1;
    let first = known;
    for (let part = known, rest = length; rest > 0; rest--, write--) {
      first = suffixes[part] as number;
      if (write < indexes.length) {
        indexes[write] = first;
      }
      part = prefixes[part] as number;
    }
    filled += length;
    if (known !== code && filled < indexes.length) {
      indexes[filled] = first;
    }
    if (known !== code) {
      filled++;
    }
    if (previous !== undefined && next < 1 << LONGEST_CODE) {
      prefixes[next] = previous;
      suffixes[next] = first;
      lengths[next] = (lengths[previous] as number) + 1;
      next++;
      if (next === 1 << bits && bits < LONGEST_CODE) {
        bits++;
      }
    }
    previous = code;
  }
  return indexes;
}
