import { readFileSync } from "node:fs";
import { join } from "node:path";
import avif from "@jsquash/avif/codec/dec/avif_dec.wasm";
import webp from "@jsquash/webp/codec/dec/webp_dec.wasm";

/** The codecs in WebAssembly beside a bundle. Within it, every start would read through them. */

export function readWebpCodec(): Uint8Array {
  return readFileSync(join(__dirname, webp));
}

export function readAvifCodec(): Uint8Array {
  return readFileSync(join(__dirname, avif));
}
