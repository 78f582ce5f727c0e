import { hash } from "node:crypto";
import { closeSync, openSync, readSync } from "node:fs";
import type { PixelFile } from "../archive/content";
import { writeFully } from "../files";
import { encodePng, IMAGE_BYTES } from "../formats/png";

/** Images to be written; plain data, to be sent to a thread. */
export interface ImageBatch {
  readonly pixels: PixelFile;
  /** Positions in the pixel file. */
  readonly records: readonly number[];
  readonly folder: string;
  /** Path inside it for each record; its folder exists, the file does not. */
  readonly paths: readonly string[];
}

/** What was written, in the batch's order. */
export interface WrittenImage {
  readonly bytes: number;
  /** Hexadecimal. */
  readonly sha256: string;
}

/**
 * Encodes images and writes each to a file of its own. File creation is what takes the time, so
 * no more is asked of the system than reading the pixels, open, write and close.
 */
export function writeImages(batch: ImageBatch): WrittenImage[] {
  const pixels = Buffer.alloc(IMAGE_BYTES);
  const source = openSync(batch.pixels.path, "r");
  try {
    return batch.records.map((record, position) => {
      readSync(source, pixels, 0, IMAGE_BYTES, batch.pixels.offset + record * batch.pixels.stride);
      const png = encodePng(pixels);
      const file = openSync(`${batch.folder}/${batch.paths[position]}`, "wx");
      try {
        writeFully(file, png);
      } finally {
        closeSync(file);
      }
      return { bytes: png.length, sha256: hash("sha256", png) };
    });
  } finally {
    closeSync(source);
  }
}
