import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deflateSync } from "node:zlib";
import { bundleModule } from "../infra/functionBundle";
import { PNG_SIGNATURE, pngChunk, pngHeader, type Pixels } from "../test/functions/support/images";
import { encodeJpeg } from "../test/functions/support/pictures/jpeg";

/** Width and height of photos, by megapixels. */
const SIZES = { 12: [4032, 3024], 24: [6016, 4016], 50: [8160, 6112] } as const;
const STRIP_HEIGHT = 16;

/** Decodes one file with the function's own code, alone in a process, as Lambda would. */
const DECODER = `
  import { readFileSync } from "node:fs";
  const { normalizeImage } = await import(process.argv[1]);
  const bytes = readFileSync(process.argv[2]);
  const settings = { size: { width: 28, height: 28 }, maxPixels: 1e9 };
  const begin = performance.now();
  await normalizeImage(bytes, "a photo", settings);
  const milliseconds = performance.now() - begin;
  console.log(Math.round(milliseconds), Math.round(process.resourceUsage().maxRSS / 1024));
`;

/**
 * Prints how long the function takes for photos, and how much memory its process has at most. The
 * size of its bundle and what that takes to load are printed by `npm run bench -- functions`.
 */
export async function benchPictures(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "pictures-bench-"));
  try {
    const module = join(folder, "image.mjs");
    writeFileSync(module, bundleModule("functions/serialize-image/image.ts").text);
    print("| megapixels | format | file (MB) | time (ms) | peak memory (MB) |");
    print("| ---------- | ------ | --------- | --------- | ---------------- |");
    for (const [megapixels, [width, height]] of Object.entries(SIZES)) {
      const strip = noisy(width, STRIP_HEIGHT);
      const encoders = {
        JPEG: () => tallJpeg(strip, height),
        PNG: () => tallPng(strip, height),
        WebP: () => webp(strip, height),
      };
      for (const [format, encode] of Object.entries(encoders)) {
        const file = join(folder, "picture");
        const bytes = await encode();
        writeFileSync(file, bytes);
        const options = ["--input-type=module", "-e", DECODER, module, file];
        const { status, stdout, stderr } = spawnSync(process.execPath, options, {
          encoding: "utf8",
        });
        if (status !== 0) {
          throw new Error(`${megapixels} megapixels of ${format} were not decoded: ${stderr}`);
        }
        const [time = "", memory = ""] = stdout.trim().split(" ");
        const size = (bytes.length / 1e6).toFixed(1);
        print(`| ${megapixels} | ${format} | ${size} | ${time} | ${memory} |`);
      }
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A strip of a picture with as much detail as a photo has. */
function noisy(width: number, height: number): Pixels {
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
  const codec = readFileSync(require.resolve("@jsquash/webp/codec/enc/webp_enc_simd.wasm"));
  await init(await WebAssembly.compile(codec));
  const strips = Array<Buffer>(height / STRIP_HEIGHT).fill(strip.data);
  const data = Uint8ClampedArray.from(Buffer.concat(strips));
  const image = { width: strip.width, height, data };
  return Buffer.from(await encode(image as Parameters<typeof encode>[0], { method: 0 }));
}

/** Node.js has WebAssembly; the types of its version 20 say nothing of it. */
declare const WebAssembly: {
  compile(codec: Uint8Array): Promise<object>;
};

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
