import { createHash, hash } from "node:crypto";
import { closeSync, openSync, readSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DATASET_KEYS, SPLITS, type Split } from "../../contract/dataset";
import type { PixelFile } from "../archive/content";
import { writeFully } from "../files";
import { encodePng, IMAGE_BYTES } from "../formats/png";
import { encodeIndexLine, encodeRecord } from "../../common/recordio";
import { checkpoint } from "../interrupt";
import type { DatasetTarget } from "./imageFiles";
import type { ManifestFile } from "./manifest";
import type { PixelSource } from "./plan";

const RECORD_KEYS: Readonly<Record<Split, string>> = {
  train: DATASET_KEYS.trainRecords,
  validation: DATASET_KEYS.validationRecords,
  test: DATASET_KEYS.testRecords,
};

/** Keys of a split's records, and of where in them each image starts. */
export function recordKeys(split: Split): { readonly records: string; readonly index: string } {
  return { records: RECORD_KEYS[split], index: `${split}.idx` };
}

/** Bytes collected before they are written. */
const WRITE_BYTES = 1 << 20;
const WINDOW_IMAGES = 64;
const IMAGES_PER_CHECKPOINT = 2_000;

/**
 * Writes a record file and its index per split. Throws `InterruptedError`, and whatever the file
 * system does.
 */
export async function writeRecordFiles(target: DatasetTarget): Promise<ManifestFile[]> {
  const total = SPLITS.reduce((sum, split) => sum + target.plan[split].length, 0);
  const task = target.progress.start("records", total, "images");
  const files: ManifestFile[] = [];
  for (const split of SPLITS) {
    files.push(...(await writeSplit(target, split, task.advance)));
  }
  task.done();
  return files;
}

async function writeSplit(
  { plan, pixels, folder, signal }: DatasetTarget,
  split: Split,
  advance: (images: number) => void,
): Promise<ManifestFile[]> {
  const keys = recordKeys(split);
  const images = plan[split];
  const lines: string[] = [];
  const windows = new Map<PixelSource, PixelWindow>();
  const output = new HashedFile(join(folder, keys.records));
  try {
    for (const [position, { index, label, source, record }] of images.entries()) {
      if (position % IMAGES_PER_CHECKPOINT === 0) {
        await checkpoint(signal);
      }
      const window = windows.get(source) ?? new PixelWindow(pixels[source]);
      windows.set(source, window);
      lines.push(encodeIndexLine(index, output.bytes));
      output.append(encodeRecord({ index, label, image: encodePng(window.pixels(record)) }));
      advance(1);
    }
    output.flush();
  } finally {
    windows.forEach((window) => window.close());
    output.close();
  }
  const text = Buffer.from(lines.join(""));
  writeFileSync(join(folder, keys.index), text);
  return [
    { path: keys.records, bytes: output.bytes, sha256: output.sha256() },
    { path: keys.index, bytes: text.length, sha256: hash("sha256", text) },
  ];
}

/** Reads pixels some images at a time, for records that lie close together. */
class PixelWindow {
  private readonly file: number;
  private readonly window: Buffer;
  private first = 0;
  private count = 0;

  constructor(private readonly source: PixelFile) {
    this.file = openSync(source.path, "r");
    this.window = Buffer.alloc(WINDOW_IMAGES * source.stride);
  }

  /** A view that holds until the next call. */
  pixels(record: number): Buffer {
    const { offset, stride } = this.source;
    if (record < this.first || record >= this.first + this.count) {
      const start = offset + record * stride;
      const bytes = readSync(this.file, this.window, 0, this.window.length, start);
      // The last image of a file may be shorter than a stride.
      this.count = Math.floor((bytes + stride - IMAGE_BYTES) / stride);
      this.first = record;
    }
    const at = (record - this.first) * stride;
    return this.window.subarray(at, at + IMAGE_BYTES);
  }

  close(): void {
    closeSync(this.file);
  }
}

/** A new file that is written front to back in large pieces. */
class HashedFile {
  /** Appended so far. */
  bytes = 0;
  private readonly file: number;
  private readonly hash = createHash("sha256");
  private readonly buffer = Buffer.alloc(WRITE_BYTES);
  private buffered = 0;

  constructor(path: string) {
    this.file = openSync(path, "wx");
  }

  /** @param piece shorter than the buffer */
  append(piece: Buffer): void {
    if (this.buffered + piece.length > WRITE_BYTES) {
      this.flush();
    }
    this.buffered += piece.copy(this.buffer, this.buffered);
    this.bytes += piece.length;
  }

  flush(): void {
    const piece = this.buffer.subarray(0, this.buffered);
    writeFully(this.file, piece);
    this.hash.update(piece);
    this.buffered = 0;
  }

  close(): void {
    closeSync(this.file);
  }

  /** Hexadecimal; asked for once, after the last flush. */
  sha256(): string {
    return this.hash.digest("hex");
  }
}
