/** Pictures whose classes are known, and what can happen to them. */
import { openSync, closeSync, mkdtempSync, readSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { FINE_NAMES } from "../../contract/cifar100";
import { DEFAULT_CLASSES } from "../../contract/dataset";
import { noProgress } from "../../common/progress";
import { extractArchive } from "../../etl/archive/extract";
import type { ImageSource } from "../../etl/archive/content";
import { IMAGE_BYTES, IMAGE_SIDE } from "../../etl/formats/png";
import { seededRandom } from "../../local/cloud/containers/image-classification/random";
import { drawPicture } from "../../local/run/sample/picture";

/** 32 x 32 pixels: all red values row by row, then all green, then all blue. */
export interface Picture {
  /** Index of its class; one behind the last of a picture of none of them. */
  readonly label: number;
  readonly pixels: Uint8Array;
}

export interface Pictures {
  readonly classes: readonly string[];
  readonly train: readonly Picture[];
  /** What the baseline is made of. */
  readonly heldOut: readonly Picture[];
  /** What comes in while nothing changes. */
  readonly live: readonly Picture[];
  /** Of a class that the model does not know. */
  readonly unknown: readonly Picture[];
}

const UNKNOWN_CLASS = "lobster";

/** How many of each class are drawn. */
export interface SampleCounts {
  readonly train: number;
  readonly heldOut: number;
  readonly live: number;
}

/** The pictures of `npm run local`, and as many more of the same kind as are wanted. */
export function samplePictures({ train, heldOut, live }: SampleCounts): Pictures {
  const draw = (name: string, label: number, first: number, count: number) =>
    Array.from({ length: count }, (_, index) => ({
      label,
      pixels: drawPicture(FINE_NAMES.indexOf(name), first + index),
    }));
  const ofAll = (first: number, count: number) =>
    DEFAULT_CLASSES.flatMap((name, label) => draw(name, label, first, count));
  return {
    classes: DEFAULT_CLASSES,
    train: ofAll(0, train),
    heldOut: ofAll(train, heldOut),
    live: ofAll(train + heldOut, live),
    unknown: draw(UNKNOWN_CLASS, DEFAULT_CLASSES.length, 0, live),
  };
}

/** The same of the real archive, of which all held-out pictures are in the baseline too. */
export async function archivedPictures(archive: string): Promise<Pictures> {
  const folder = mkdtempSync(path.join(tmpdir(), "drift-bench-"));
  try {
    const { signal } = new AbortController();
    const { content } = await extractArchive(archive, folder, undefined, noProgress, signal);
    const fine = DEFAULT_CLASSES.map((name) => content.fineNames.indexOf(name));
    const heldOut = picturesOf(content.test, fine);
    return {
      classes: DEFAULT_CLASSES,
      train: picturesOf(content.train, fine),
      heldOut,
      live: heldOut,
      unknown: picturesOf(content.test, [content.fineNames.indexOf(UNKNOWN_CLASS)]).map(
        ({ pixels }) => ({ label: DEFAULT_CLASSES.length, pixels }),
      ),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @param fine labels in the archive, in the order of our own */
function picturesOf({ pixels, fine: labels }: ImageSource, fine: readonly number[]): Picture[] {
  const file = openSync(pixels.path, "r");
  try {
    return [...labels].flatMap((archived, image) => {
      const label = fine.indexOf(archived);
      if (label === -1) {
        return [];
      }
      const bytes = new Uint8Array(IMAGE_BYTES);
      readSync(file, bytes, 0, IMAGE_BYTES, pixels.offset + image * pixels.stride);
      return [{ label, pixels: bytes }];
    });
  } finally {
    closeSync(file);
  }
}

/** What happens to a picture, by name. */
export const DISTORTIONS = {
  grey: ({ label, pixels }: Picture): Picture => ({
    label,
    pixels: pixels.map((_, at) => luma(pixels, at % PLANE)),
  }),
  noise: ({ label, pixels }: Picture): Picture => {
    const random = seededRandom(pixels.reduce((sum, value) => sum + value, 0));
    return { label, pixels: changed(pixels, (value) => value + 40 * random.gaussian()) };
  },
  blur: ({ label, pixels }: Picture): Picture => ({
    label,
    pixels: changed(pixels, (_, at) => neighbourhood(pixels, at)),
  }),
  darker: ({ label, pixels }: Picture): Picture => ({
    label,
    pixels: changed(pixels, (value) => value * 0.4),
  }),
} as const;

const PLANE = IMAGE_SIDE * IMAGE_SIDE;

function luma(pixels: Uint8Array, at: number): number {
  const [red = 0, green = 0, blue = 0] = [pixels[at], pixels[at + PLANE], pixels[at + 2 * PLANE]];
  return Math.round(0.299 * red + 0.587 * green + 0.114 * blue);
}

function changed(pixels: Uint8Array, change: (value: number, at: number) => number): Uint8Array {
  return new Uint8Array(Uint8ClampedArray.from(pixels, change));
}

/** Mean of the five by five pixels around one, as far as they are in the picture. */
function neighbourhood(pixels: Uint8Array, at: number): number {
  const plane = at - (at % PLANE);
  const [x, y] = [at % IMAGE_SIDE, Math.floor((at - plane) / IMAGE_SIDE)];
  const within = (centre: number) =>
    [-2, -1, 0, 1, 2].map((step) => centre + step).filter((each) => each >= 0 && each < IMAGE_SIDE);
  const values = within(y).flatMap((row) =>
    within(x).map((column) => pixels[plane + row * IMAGE_SIDE + column] as number),
  );
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
