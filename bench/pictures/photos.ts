import type encodeWebp from "@jsquash/webp/encode.js" with { "resolution-mode": "import" };
import { readFileSync } from "node:fs";
import { deflateSync } from "node:zlib";
import {
  PNG_SIGNATURE,
  pngChunk,
  pngHeader,
  type Pixels,
} from "../../test/functions/support/images";
import { encodeJpeg } from "../../test/functions/support/pictures/jpeg";

const STRIP_HEIGHT = 16;

/** Makes a file of a photo's size and detail. @param width, height multiples of 16 */
export type MakePhoto = (width: number, height: number) => Buffer | Promise<Buffer>;

/**
 * What makes them, by format. JPEG and PNG are of noise, so that their files are as large as they
 * get; WebP and AVIF see the repetition, and get small.
 */
export const PHOTOS = {
  JPEG: (width, height) => tallJpeg(noisy(width), height),
  PNG: (width, height) => tallPng(noisy(width), height),
  WebP: (width, height) => webp(noisy(width), height),
  AVIF: (width, height) => avif(noisy(width), height),
} as const satisfies Readonly<Record<string, MakePhoto>>;

/** A strip of a picture with as much detail as a photo has. */
function noisy(width: number): Pixels {
  const height = STRIP_HEIGHT;
  const data = Buffer.alloc(width * height * 4, 255);
  let state = 1;
  for (let pixel = 0; pixel < width * height; pixel++) {
    const x = pixel % width;
    for (let channel = 0; channel < 3; channel++) {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      const light = 128 + 90 * Math.sin((x * (channel + 3)) / 400) + (state >>> 28);
      data.writeUInt8(Math.round(light), pixel * 4 + channel);
    }
  }
  return { width, height, data };
}

/** The strip again and again: restarts let its data be repeated as they are. */
function tallJpeg(strip: Pixels, height: number): Buffer {
  const unitsPerStrip = strip.width / STRIP_HEIGHT;
  const jpeg = encodeJpeg(strip, { sampling: [[2, 2]], restartInterval: unitsPerStrip, factor: 4 });
  jpeg.writeUInt16BE(height, jpeg.indexOf(Buffer.from([0xff, 0xc0])) + 5);
  const scan = jpeg.indexOf(Buffer.from([0xff, 0xda]));
  const data = scan + 2 + jpeg.readUInt16BE(scan + 2);
  const strips = Array.from({ length: height / STRIP_HEIGHT }, (_, index) => [
    ...(index > 0 ? [Buffer.from([0xff, 0xd0 + ((index - 1) % 8)])] : []),
    jpeg.subarray(data, -2),
  ]);
  return Buffer.concat([jpeg.subarray(0, data), ...strips.flat(), jpeg.subarray(-2)]);
}

function tallPng({ width, data }: Pixels, height: number): Buffer {
  const row = Buffer.alloc(1 + width * 3);
  const rows = Array.from({ length: height }, (_, y) => {
    for (let x = 0; x < width; x++) {
      data.copy(
        row,
        1 + 3 * x,
        ((y % STRIP_HEIGHT) * width + x) * 4,
        ((y % STRIP_HEIGHT) * width + x) * 4 + 3,
      );
    }
    return Buffer.from(row);
  });
  return Buffer.concat([
    PNG_SIGNATURE,
    pngHeader({ width, height }),
    pngChunk("IDAT", deflateSync(Buffer.concat(rows), { level: 1 })),
    pngChunk("IEND", Buffer.alloc(0)),
  ]);
}

async function webp(strip: Pixels, height: number): Promise<Buffer> {
  const { default: encode, init } = await import("@jsquash/webp/encode.js");
  await init(await compile("@jsquash/webp/codec/enc/webp_enc_simd.wasm"));
  const image = tallPixels(strip, height);
  return Buffer.from(await encode(image, { method: 0 }));
}

async function avif(strip: Pixels, height: number): Promise<Buffer> {
  const { default: encode, init } = await import("@jsquash/avif/encode.js");
  await init(await compile("@jsquash/avif/codec/enc/avif_enc.wasm"));
  const image = tallPixels(strip, height);
  return Buffer.from(await encode(image, { speed: 10 }));
}

/** The browser's class, of which the encoders need no more than its fields. */
type ImageData = Parameters<typeof encodeWebp>[0];

function tallPixels(strip: Pixels, height: number): ImageData {
  const strips = Array<Buffer>(height / STRIP_HEIGHT).fill(strip.data);
  const data = Uint8ClampedArray.from(Buffer.concat(strips));
  return { width: strip.width, height, data } as ImageData;
}

function compile(codec: string): Promise<object> {
  return WebAssembly.compile(readFileSync(require.resolve(codec)));
}

/** Node.js has WebAssembly; the types of its version 20 say nothing of it. */
declare const WebAssembly: {
  compile(codec: Uint8Array): Promise<object>;
};
