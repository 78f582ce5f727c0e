/**
 * The serialize function with jSquash's MozJPEG and Rust's `png` in WebAssembly, and our way to
 * resize. Its codecs for WebP and AVIF are those that the function has.
 */
import { readFileSync } from "node:fs";
import type { Normalize } from "../../functions/serialize-image/core";
import { encodePng } from "../../common/pictures/png";
import { AreaAverage } from "../../common/pictures/decoders/areaAverage";
import { PNG_SIGNATURE } from "../../common/pictures/decoders/png";
import { handlerWith } from "./handler";
import { importRival, resolveRival } from "./rivals";

interface Decoded {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8ClampedArray;
}

interface Codec {
  init(codec: object): Promise<unknown>;
  default(bytes: ArrayBuffer): Promise<Decoded>;
}

/** Node.js has WebAssembly; the types of its version 20 say nothing of it. */
declare const WebAssembly: { readonly Module: new (codec: Uint8Array) => object };

/** The browser's class, which the decoders make their answer with. */
class ImageData implements Decoded {
  constructor(
    readonly data: Uint8ClampedArray,
    readonly width: number,
    readonly height: number,
  ) {}
}
Object.assign(globalThis, { ImageData });

const CODECS = {
  jpeg: ["@jsquash/jpeg/decode.js", "@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm"],
  png: ["@jsquash/png/decode.js", "@jsquash/png/codec/pkg/squoosh_png_bg.wasm"],
} as const;

export const normalizeImage: Normalize = async (bytes, _name, { size }) => {
  const isPng = bytes.subarray(0, PNG_SIGNATURE.length).equals(PNG_SIGNATURE);
  const [module, codec] = CODECS[isPng ? "png" : "jpeg"];
  const { init, default: decode } = (await importRival(module)) as Codec;
  await init(new WebAssembly.Module(readFileSync(resolveRival(codec))));
  const picture = await decode(Uint8Array.from(bytes).buffer);
  const average = new AreaAverage(picture, 1, size);
  for (let y = 0; y < picture.height; y++) {
    average.add(y, picture.data.subarray(y * picture.width * 4, (y + 1) * picture.width * 4));
  }
  return encodePng(size, average.pixels());
};

export const handler = handlerWith(normalizeImage);
