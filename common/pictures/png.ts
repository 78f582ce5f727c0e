import { crc32, deflateSync } from "node:zlib";
import type { ImageSize } from "../../contract/values";
import { PNG_SIGNATURE } from "./decoders/png";

/** A PNG of RGB pixels, row by row; every row filtered by the one above it. */
export function encodePng({ width, height }: ImageSize, pixels: Uint8ClampedArray): Buffer {
  const UP = 2;
  const rowBytes = width * 3;
  const filtered = Buffer.alloc((1 + rowBytes) * height);
  for (let y = 0; y < height; y++) {
    const to = y * (1 + rowBytes);
    filtered[to] = UP;
    for (let x = 0; x < rowBytes; x++) {
      const at = y * rowBytes + x;
      filtered[to + 1 + x] = (pixels[at] as number) - (pixels[at - rowBytes] ?? 0);
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  // 8 bits per sample, RGB, deflated, filtered, not interlaced.
  header.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([
    PNG_SIGNATURE,
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(filtered)),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const checked = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const bytes = Buffer.alloc(checked.length + 8);
  bytes.writeUInt32BE(data.length, 0);
  checked.copy(bytes, 4);
  bytes.writeUInt32BE(crc32(checked), bytes.length - 4);
  return bytes;
}
