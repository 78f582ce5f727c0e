import { readFileSync } from "node:fs";
import { join } from "node:path";
import { messageOf } from "../common/failure";
import { parseImageList } from "../common/imageList";
import { DATASET_KEYS, SPLITS } from "../contract/dataset";
import { readManifest } from "./dataset/folder";
import { LIST_KEYS } from "./dataset/imageFiles";
import type { Manifest } from "./dataset/manifest";
import { recordKeys } from "./dataset/recordFiles";
import { DatasetFolderError } from "./errors";
import { IMAGE_SIDE } from "./formats/png";
import { decodeRecords } from "../common/recordio";

const TEXT_WIDTH = 330;
const CELL = 2 * IMAGE_SIDE;
const GAP = 4;

/**
 * Draws a contact sheet: a row per class with its name, its counts per split, and its first
 * training images.
 * Throws `DatasetFolderError` when the folder is no dataset, or its files are not as they should be.
 * @param columns images per class
 * @returns the sheet as PNG
 */
export async function drawContactSheet(
  folder: string,
  columns: number,
): Promise<{ readonly manifest: Manifest; readonly sheet: Buffer }> {
  const manifest = readManifest(folder);
  const { classes, perClass, recipe } = manifest;
  const samples =
    recipe.format === "recordio" ? recordSamples(folder, columns) : fileSamples(folder, columns);
  // Loaded here, for no other command needs it.
  const { HorizontalAlign, Jimp, loadFont, ResizeStrategy, VerticalAlign } = await import("jimp");
  const { SANS_16_BLACK } = await import("jimp/fonts");
  const font = await loadFont(SANS_16_BLACK);
  const sheet = new Jimp({
    width: TEXT_WIDTH + columns * (CELL + GAP) + GAP,
    height: classes.length * (CELL + GAP) + GAP,
    color: 0xffffffff,
  });
  for (const [label, name] of classes.entries()) {
    const y = GAP + label * (CELL + GAP);
    const counts = SPLITS.map((split) => `${perClass[split][name]} ${split}`).join(", ");
    sheet.print({
      font,
      x: 2 * GAP,
      y,
      text: {
        text: `${name}\n${counts}`,
        alignmentX: HorizontalAlign.LEFT,
        alignmentY: VerticalAlign.MIDDLE,
      },
      maxWidth: TEXT_WIDTH - 2 * GAP,
      maxHeight: CELL,
    });
    for (const [column, image] of (samples.get(label) ?? []).entries()) {
      const picture = await Jimp.read(image).catch((error: unknown) => {
        throw damaged(folder, error);
      });
      picture.resize({ w: CELL, h: CELL, mode: ResizeStrategy.NEAREST_NEIGHBOR });
      sheet.composite(picture, TEXT_WIDTH + column * (CELL + GAP), y);
    }
  }
  return { manifest, sheet: await sheet.getBuffer("image/png") };
}

/** The first images of each label, from the training list. */
function fileSamples(folder: string, columns: number): ReadonlyMap<number, readonly Buffer[]> {
  const rows = readText(folder, LIST_KEYS.train, parseImageList).map(({ label, path }) => ({
    label,
    load: () => readFileSync(join(folder, DATASET_KEYS.train, path)),
  }));
  return firstOfEach(rows, columns, folder);
}

/** The first images of each label, from the training records. */
function recordSamples(folder: string, columns: number): ReadonlyMap<number, readonly Buffer[]> {
  const keys = recordKeys("train");
  try {
    const records = decodeRecords(readFileSync(join(folder, keys.records)));
    const rows = records.map(({ label, image }) => ({ label, load: () => image }));
    return firstOfEach(rows, columns, folder);
  } catch (error) {
    throw damaged(folder, error);
  }
}

function firstOfEach(
  rows: Iterable<{ readonly label: number; readonly load: () => Buffer }>,
  columns: number,
  folder: string,
): ReadonlyMap<number, readonly Buffer[]> {
  const samples = new Map<number, Buffer[]>();
  for (const { label, load } of rows) {
    const images = samples.get(label) ?? [];
    samples.set(label, images);
    if (images.length < columns) {
      try {
        images.push(load());
      } catch (error) {
        throw damaged(folder, error);
      }
    }
  }
  return samples;
}

function readText<Result>(folder: string, path: string, parse: (text: string) => Result): Result {
  try {
    return parse(readFileSync(join(folder, path), "utf8"));
  } catch (error) {
    throw damaged(folder, error);
  }
}

function damaged(folder: string, error: unknown): DatasetFolderError {
  return new DatasetFolderError(
    `${folder} is damaged: ${messageOf(error)}. \`verify\` tells what is; build it again.`,
    { cause: error },
  );
}
