import avif from "@jsquash/avif/codec/dec/avif_dec.wasm";
import webp from "@jsquash/webp/codec/dec/webp_dec.wasm";

/** The codecs in WebAssembly within a bundle, which has them as base64. */

export function readWebpCodec(): Uint8Array {
  return Buffer.from(webp, "base64");
}

export function readAvifCodec(): Uint8Array {
  return Buffer.from(avif, "base64");
}
