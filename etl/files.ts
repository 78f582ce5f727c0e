import { writeSync } from "node:fs";

/** Writes all of the bytes: a disk that runs full may take a part and fail only at the next call. */
export function writeFully(file: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length;) {
    at += writeSync(file, bytes, at);
  }
}
