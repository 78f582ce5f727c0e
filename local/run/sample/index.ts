/** A small archive with drawn pictures, for a run without the real one. */
import { createWriteStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { constants, createGzip } from "node:zlib";
import { pack } from "tar-stream";
import type { BinaryFile } from "../../../etl/archive/binary";
import { ALL_CLASSES } from "../../../etl/dataset/classes";
import { DEFAULT_CLASSES } from "../../../contract/dataset";
import { COARSE_NAMES, coarseLabel, FINE_NAMES } from "../../../contract/cifar100";
import { drawPicture } from "./picture";

const FOLDER = "cifar-100-binary";

export interface SampleOptions {
  /** Fine or coarse classes to draw, or `all`. */
  readonly classes?: readonly string[];
  /** Pictures of each fine class. */
  readonly trainPerClass?: number;
  readonly testPerClass?: number;
}

/** CIFAR-100 has no such class. */
export class UnknownClassError extends Error {
  override name = "UnknownClassError";

  constructor(name: string) {
    super(`CIFAR-100 has no class ${JSON.stringify(name)}. It has ${FINE_NAMES.join(", ")}.`);
  }
}

/**
 * Writes an archive in the binary form of CIFAR-100 (`cifar-100-binary.tar.gz`): the official
 * files, names and labels, but drawn pictures of the asked classes alone. The content is the same
 * every time, and a picture the same whatever else is asked for.
 * @throws UnknownClassError
 */
export async function writeSampleArchive(
  file: string,
  { classes = DEFAULT_CLASSES, trainPerClass = 100, testPerClass = 40 }: SampleOptions = {},
): Promise<void> {
  const labels = [...new Set(classes.flatMap(fineLabels))];
  const names = (list: readonly string[]) => Buffer.from(`${list.join("\n")}\n`);
  const content: Readonly<Record<BinaryFile, Buffer>> = {
    "train.bin": records(labels, 0, trainPerClass),
    "test.bin": records(labels, trainPerClass, testPerClass),
    "fine_label_names.txt": names(FINE_NAMES),
    "coarse_label_names.txt": names(COARSE_NAMES),
  };
  const archive = pack();
  for (const [name, data] of Object.entries(content)) {
    archive.entry({ name: `${FOLDER}/${name}`, mtime: new Date(0) }, data);
  }
  archive.finalize();
  // Noise does not compress: the fastest level does as well as the others.
  const gzip = createGzip({ level: constants.Z_BEST_SPEED });
  await pipeline(archive, gzip, createWriteStream(file));
}

function fineLabels(name: string): number[] {
  const coarse = COARSE_NAMES.indexOf(name);
  const labels = [...FINE_NAMES.keys()].filter(
    (label) => name === ALL_CLASSES || FINE_NAMES[label] === name || coarseLabel(label) === coarse,
  );
  if (labels.length === 0) throw new UnknownClassError(name);
  return labels;
}

/** The classes in turn, `count` pictures of each from number `first` on. */
function records(labels: readonly number[], first: number, count: number): Buffer {
  return Buffer.concat(
    Array.from({ length: count }, (_, picture) =>
      labels.flatMap((label) => [
        Uint8Array.of(coarseLabel(label), label),
        drawPicture(label, first + picture),
      ]),
    ).flat(),
  );
}
