import { closeSync, openSync, readFileSync, readSync, statSync } from "node:fs";
import { InvalidArchiveError } from "../errors";
import { IMAGE_BYTES } from "../formats/png";
import type { ArchiveContent, ImageSource } from "./content";

/** Files of the binary form, inside the folder `cifar-100-binary`. */
export const BINARY_FILES = [
  "train.bin",
  "test.bin",
  "fine_label_names.txt",
  "coarse_label_names.txt",
] as const;
export type BinaryFile = (typeof BINARY_FILES)[number];

/** A coarse label, a fine label, the pixels (https://www.cs.toronto.edu/~kriz/cifar.html). */
const LABEL_BYTES = 2;
const RECORD_BYTES = LABEL_BYTES + IMAGE_BYTES;
const RECORDS_PER_READ = 1024;
/** The official lists have about a thousand bytes. */
const LARGEST_NAME_LIST = 65_536;

/**
 * Reads the binary form from its extracted files.
 * Throws {@link InvalidArchiveError} when a length or a label is impossible.
 * @param paths where each file was extracted to
 */
export function readBinaryForm(paths: Readonly<Record<BinaryFile, string>>): ArchiveContent {
  const fineNames = readNames("fine_label_names.txt", paths);
  const coarseNames = readNames("coarse_label_names.txt", paths);
  return {
    fineNames,
    coarseNames,
    train: readLabels("train.bin", paths),
    test: readLabels("test.bin", paths),
  };
}

function readNames(file: BinaryFile, paths: Readonly<Record<BinaryFile, string>>): string[] {
  if (statSync(paths[file]).size > LARGEST_NAME_LIST) {
    throw new InvalidArchiveError(file, "is far too long for a list of class names");
  }
  return readFileSync(paths[file], "utf8")
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
}

function readLabels(file: BinaryFile, paths: Readonly<Record<BinaryFile, string>>): ImageSource {
  const path = paths[file];
  const { size } = statSync(path);
  const count = Math.floor(size / RECORD_BYTES);
  if (size !== count * RECORD_BYTES) {
    throw new InvalidArchiveError(file, `ends inside a record of ${RECORD_BYTES} bytes`, {
      record: count,
      offset: size,
    });
  }
  const fine = new Uint8Array(count);
  const coarse = new Uint8Array(count);
  const chunk = Buffer.alloc(Math.min(count, RECORDS_PER_READ) * RECORD_BYTES);
  const descriptor = openSync(path, "r");
  try {
    for (let record = 0; record < count;) {
      const read = readSync(descriptor, chunk, 0, chunk.length, record * RECORD_BYTES);
      for (let at = 0; at < read; at += RECORD_BYTES, record++) {
        coarse[record] = chunk[at] as number;
        fine[record] = chunk[at + 1] as number;
      }
    }
  } finally {
    closeSync(descriptor);
  }
  return { pixels: { path, offset: LABEL_BYTES, stride: RECORD_BYTES }, fine, coarse };
}
