import { readFileSync } from "node:fs";

/**
 * The codecs in WebAssembly where nothing is bundled: the files of their packages. A bundle has
 * `codecs.bundled.ts` in its place ("imports" in package.json).
 */

export function readWebpCodec(): Uint8Array {
  return readFileSync(require.resolve("@jsquash/webp/codec/dec/webp_dec.wasm"));
}

export function readAvifCodec(): Uint8Array {
  return readFileSync(require.resolve("@jsquash/avif/codec/dec/avif_dec.wasm"));
}
