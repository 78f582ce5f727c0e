import { execFileSync } from "node:child_process";
import { closeSync, mkdirSync, openSync, readSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { BINARY_FILES } from "../../etl/archive/binary";
import type { ArchiveContent, ImageSource } from "../../etl/archive/content";
import { extractArchive } from "../../etl/archive/extract";
import { IMAGE_BYTES, IMAGE_SIDE } from "../../etl/formats/png";
import { noProgress } from "../../common/progress";

const CLASSES = 100;
const CLASSES_PER_GROUP = 5;
const RECORD_BYTES = 2 + IMAGE_BYTES;

/** A CIFAR-100 of any size, in the binary form. */
export interface BenchImages {
  readonly content: ArchiveContent;
  /** All records, training images first. */
  readonly records: string;
  /** The same as an archive. */
  readonly archive: string;
}

/**
 * Makes images to measure with: those of an archive, again and again until there are enough, or
 * invented ones. The labels go round all 100 classes.
 * @param count multiple of 600
 * @param folder existing and empty
 */
export async function makeImages(
  count: number,
  archive: string | undefined,
  folder: string,
): Promise<BenchImages> {
  const pixelsOf = archive === undefined ? inventPixels : await archivedPixels(archive, folder);
  const train = (count / 6) * 5;
  const records = join(folder, "records.bin");
  const unpacked = join(folder, "cifar-100-binary");
  mkdirSync(unpacked);
  const files = [records, join(unpacked, "train.bin"), join(unpacked, "test.bin")].map((path) =>
    openSync(path, "w"),
  ) as [number, number, number];
  const labels = { fine: new Uint8Array(count), coarse: new Uint8Array(count) };
  for (let index = 0; index < count; index++) {
    const fine = index % CLASSES;
    const coarse = Math.floor(fine / CLASSES_PER_GROUP);
    labels.fine[index] = fine;
    labels.coarse[index] = coarse;
    const record = Buffer.concat([Buffer.from([coarse, fine]), pixelsOf(index)]);
    writeSync(files[0], record);
    writeSync(files[index < train ? 1 : 2], record);
  }
  files.forEach(closeSync);
  const names = (kind: string, length: number): string[] =>
    Array.from({ length }, (_, index) => `${kind}_${String(index).padStart(2, "0")}`);
  const content = {
    fineNames: names("class", CLASSES),
    coarseNames: names("group", CLASSES / CLASSES_PER_GROUP),
    train: half(0, train),
    test: half(train, count),
  };
  writeFileSync(join(unpacked, "fine_label_names.txt"), content.fineNames.join("\n"));
  writeFileSync(join(unpacked, "coarse_label_names.txt"), content.coarseNames.join("\n"));
  const packed = join(folder, "archive.tar.gz");
  const members = BINARY_FILES.map((file) => `cifar-100-binary/${file}`);
  execFileSync("tar", ["-czf", packed, "-C", folder, ...members]);
  return { content, records, archive: packed };

  function half(from: number, to: number): ImageSource {
    return {
      pixels: { path: records, offset: from * RECORD_BYTES + 2, stride: RECORD_BYTES },
      fine: labels.fine.subarray(from, to),
      coarse: labels.coarse.subarray(from, to),
    };
  }
}

async function archivedPixels(archive: string, folder: string): Promise<(index: number) => Buffer> {
  const spool = join(folder, "given");
  mkdirSync(spool);
  const { signal } = new AbortController();
  const { content } = await extractArchive(archive, spool, undefined, noProgress, signal);
  const halves = [content.test, content.train];
  const pixels = halves.flatMap(({ pixels: { path, offset, stride }, fine }) => {
    const file = openSync(path, "r");
    const images = Array.from(fine, (_, image) => {
      const bytes = Buffer.alloc(IMAGE_BYTES);
      readSync(file, bytes, 0, IMAGE_BYTES, offset + image * stride);
      return bytes;
    });
    closeSync(file);
    return images;
  });
  return (index) => pixels[index % pixels.length] as Buffer;
}

/** Soft gradients with some noise, which compress about as photographs do. */
function inventPixels(index: number): Buffer {
  const pixels = Buffer.alloc(IMAGE_BYTES);
  let noise = index + 1;
  for (let at = 0; at < IMAGE_BYTES; at++) {
    const x = at % IMAGE_SIDE;
    const y = Math.floor(at / IMAGE_SIDE) % IMAGE_SIDE;
    noise = Math.imul(noise, 1664525) + 1013904223;
    const wave = Math.sin((x * ((index % 7) + 1) + y * ((index % 5) + 1)) / 20);
    pixels[at] = 128 + 90 * wave + ((noise >>> 24) % 21) - 10;
  }
  return pixels;
}
