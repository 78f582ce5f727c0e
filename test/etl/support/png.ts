import { inflateSync } from "node:zlib";
import { expect } from "chai";

/** Pixels of a 32x32 RGB PNG, planar; a decoder of the test's own, quick enough for thousands. */
export function decodePng(png: Buffer): Buffer {
  expect(png.toString("latin1", 0, 8)).to.equal("\x89PNG\r\n\x1a\n");
  const data: Buffer[] = [];
  for (let at = 8; at < png.length;) {
    const length = png.readUInt32BE(at);
    if (png.toString("latin1", at + 4, at + 8) === "IDAT") {
      data.push(png.subarray(at + 8, at + 8 + length));
    }
    at += 12 + length;
  }
  const rows = inflateSync(Buffer.concat(data));
  expect(rows).to.have.length(32 * 97);
  const pixels = Buffer.alloc(3072);
  const at = (x: number, y: number, channel: number): number =>
    x < 0 || y < 0 ? 0 : (pixels[channel * 1024 + y * 32 + x] as number);
  for (let y = 0; y < 32; y++) {
    expect(rows[y * 97], "Paeth").to.equal(4);
    for (let x = 0; x < 32; x++) {
      for (let channel = 0; channel < 3; channel++) {
        const [a, b, c] = [at(x - 1, y, channel), at(x, y - 1, channel), at(x - 1, y - 1, channel)];
        const [pa, pb, pc] = [b - c, a - c, a + b - 2 * c].map(Math.abs) as [
          number,
          number,
          number,
        ];
        const predictor = pa <= pb && pa <= pc ? a : pb <= pc ? b : c;
        const difference = rows[y * 97 + 1 + 3 * x + channel] as number;
        pixels[channel * 1024 + y * 32 + x] = difference + predictor;
      }
    }
  }
  return pixels;
}
