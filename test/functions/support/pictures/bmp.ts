import type { Pixels } from "../images";

export interface BmpOptions {
  /** Length of the header: 12 and 16 to 64 are OS/2's, 40 to 124 Windows'. Default 40. */
  readonly header?: number;
  /** Default 24. Of 8 bits and less the pixels' red channel is the index. */
  readonly depth?: number;
  /** RGB by index. */
  readonly palette?: readonly (readonly [red: number, green: number, blue: number])[];
  readonly topDown?: boolean;
  /** Bytes between the palette and the pixels. */
  readonly gap?: number;
  /** Red, green, blue and, in longer headers, alpha. */
  readonly masks?: readonly number[];
  /** What follows instead of the rows: run lengths. */
  readonly runs?: readonly number[];
  /** Offset of the pixels as the file has it, if not the right one. */
  readonly offset?: number;
}

/** Writes BMP (Microsoft, "Bitmap storage"). */
export function encodeBmp(pixels: Pixels, options: BmpOptions = {}): Buffer {
  const { header = 40, depth = 24, palette = [], topDown = false, gap = 0, masks, runs } = options;
  const core = header === 12;
  const info = Buffer.alloc(Math.max(header, 124));
  info.writeUInt32LE(header, 0);
  if (core) {
    info.writeUInt16LE(pixels.width, 4);
    info.writeUInt16LE(pixels.height, 6);
    info.writeUInt16LE(1, 8);
    info.writeUInt16LE(depth, 10);
  } else {
    info.writeInt32LE(pixels.width, 4);
    info.writeInt32LE(topDown ? -pixels.height : pixels.height, 8);
    info.writeUInt16LE(1, 12);
    info.writeUInt16LE(depth, 14);
    info.writeUInt32LE(masks !== undefined ? 3 : runs === undefined ? 0 : depth === 8 ? 1 : 2, 16);
    info.writeUInt32LE(palette.length, 32);
    masks?.forEach((mask, index) => info.writeUInt32LE(mask, 40 + 4 * index));
  }
  const before = [
    info.subarray(0, masks !== undefined && header === 40 ? 52 : header),
    ...palette.map(([red, green, blue]) => Buffer.from([blue, green, red, ...(core ? [] : [0])])),
    Buffer.alloc(gap, 0xcc),
  ];
  const data = runs === undefined ? rows(pixels, depth, topDown, masks) : Buffer.from(runs);
  const file = Buffer.alloc(14);
  file.write("BM", "latin1");
  const offset = 14 + before.reduce((sum, part) => sum + part.length, 0);
  file.writeUInt32LE(offset + data.length, 2);
  file.writeUInt32LE(options.offset ?? offset, 10);
  return Buffer.concat([file, ...before, data]);
}

function rows(
  { width, height, data }: Pixels,
  depth: number,
  topDown: boolean,
  masks: readonly number[] | undefined,
): Buffer {
  const stride = Math.ceil((width * depth) / 32) * 4;
  const bytes = Buffer.alloc(stride * height);
  for (let row = 0; row < height; row++) {
    const y = topDown ? row : height - 1 - row;
    for (let x = 0; x < width; x++) {
      const [red = 0, green = 0, blue = 0, alpha = 0] = data.subarray((y * width + x) * 4);
      const at = row * stride + Math.floor((x * depth) / 8);
      if (depth <= 8) {
        const shift = 8 - depth - ((x * depth) % 8);
        bytes.writeUInt8(bytes.readUInt8(at) | (red << shift), at);
      } else if (depth === 24 || masks === undefined) {
        const fifteen = ((red >> 3) << 10) | ((green >> 3) << 5) | (blue >> 3);
        bytes.set(depth === 16 ? [fifteen & 255, fifteen >> 8] : [blue, green, red], at);
      } else {
        const channels = [red, green, blue, alpha];
        const pixel = masks.reduce(
          (sum, mask, index) => sum + masked(channels[index] ?? 0, mask),
          0,
        );
        bytes.writeUIntLE(pixel, at, depth / 8);
      }
    }
  }
  return bytes;
}

/** A value of 0 to 255 as the bits of a mask have it. */
function masked(value: number, mask: number): number {
  if (mask === 0) {
    return 0;
  }
  const unit = 2 ** (31 - Math.clz32(mask & -mask));
  return Math.round((value * (mask / unit)) / 255) * unit;
}
