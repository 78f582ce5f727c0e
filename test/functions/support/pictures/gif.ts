import type { Pixels } from "../images";

export interface GifOptions {
  /** RGB by index; the pixels' red channel is the index. A power of two, up to 256. */
  readonly palette: readonly (readonly [red: number, green: number, blue: number])[];
  readonly screen?: { readonly width: number; readonly height: number };
  readonly left?: number;
  readonly top?: number;
  readonly transparent?: number;
  readonly interlaced?: boolean;
  /** Puts the palette into the frame; the screen's own is then all green. */
  readonly localPalette?: boolean;
}

/** Writes GIF89a with one frame (CompuServe, "Graphics Interchange Format"). */
export function encodeGif(pixels: Pixels, options: GifOptions): Buffer {
  const { palette, screen = pixels, left = 0, top = 0, transparent, localPalette } = options;
  const two = (value: number) => [value & 255, value >> 8];
  const bits = Math.max(1, Math.log2(palette.length));
  const colors = palette.flat();
  const passes = options.interlaced
    ? [
        [0, 8],
        [4, 8],
        [2, 4],
        [1, 2],
      ]
    : [[0, 1]];
  const indexes: number[] = [];
  for (const [first = 0, step = 1] of passes) {
    for (let y = first; y < pixels.height; y += step) {
      for (let x = 0; x < pixels.width; x++) {
        indexes.push(pixels.data[(y * pixels.width + x) * 4] ?? 0);
      }
    }
  }
  return Buffer.from([
    ...Buffer.from("GIF89a"),
    ...two(screen.width),
    ...two(screen.height),
    ...[0x80 | (bits - 1), 0, 0],
    ...(localPalette ? palette.flatMap(() => [0, 255, 0]) : colors),
    ...(transparent === undefined ? [] : [0x21, 0xf9, 4, 1, 0, 0, transparent, 0]),
    ...[0x2c, ...two(left), ...two(top), ...two(pixels.width), ...two(pixels.height)],
    (options.interlaced ? 0x40 : 0) | (localPalette ? 0x80 | (bits - 1) : 0),
    ...(localPalette ? colors : []),
    ...compressed(indexes, Math.max(2, bits)),
    0x3b,
  ]);
}

/** Variable-length LZW (appendix F), in blocks. */
function compressed(indexes: readonly number[], bits: number): number[] {
  const clear = 1 << bits;
  const bytes: number[] = [];
  let table = new Map<string, number>();
  let length = bits + 1;
  let next = clear + 2;
  let pending = 0;
  let count = 0;
  const put = (code: number) => {
    pending |= code << count;
    count += length;
    for (; count >= 8; count -= 8, pending >>>= 8) {
      bytes.push(pending & 255);
    }
  };
  const code = (text: string) => table.get(text) ?? Number(text);
  put(clear);
  let text = "";
  for (const index of indexes) {
    const longer = text === "" ? String(index) : `${text},${index}`;
    if (text === "" || table.has(longer)) {
      text = longer;
      continue;
    }
    put(code(text));
    text = String(index);
    if (next === 4096) {
      put(clear);
      table = new Map();
      length = bits + 1;
      next = clear + 2;
      continue;
    }
    table.set(longer, next);
    if (next++ === 1 << length) {
      length++;
    }
  }
  put(code(text));
  put(clear + 1);
  bytes.push(pending & 255);
  const blocks = [bits];
  for (let at = 0; at < bytes.length; at += 255) {
    const block = bytes.slice(at, at + 255);
    blocks.push(block.length, ...block);
  }
  return [...blocks, 0];
}
