import { createHash } from "node:crypto";
import { z } from "zod";
import type { DatasetFormat, ImageShape } from "../contract/dataset";
import { formatNumber } from "../contract/values";

/** Raised whenever the same recipe would give other bytes than before. */
export const ETL_VERSION = 2;

/** Every image of CIFAR-100, and so of the dataset. */
export const IMAGE_SHAPE: ImageShape = [3, 32, 32];

/** Training images of each fine class of CIFAR-100 (https://www.cs.toronto.edu/~kriz/cifar.html). */
const IMAGES_PER_CLASS = 500;

/** Greatest share of the training images that can be held back for validation. */
export const MOST_HELD_BACK = 0.5;

/** How many of a class's training images are held back for validation. */
export function heldBack(images: number, fraction: number): number {
  return Math.round(images * fraction);
}

/** Why a share of CIFAR-100's images would leave a class without validation; nothing if it does not. */
export function fractionProblem(fraction: number): string | undefined {
  if (fraction <= 0 || heldBack(IMAGES_PER_CLASS, fraction) > 0) {
    return undefined;
  }
  const images = formatNumber(IMAGES_PER_CLASS * fraction);
  return (
    `holds no image back: CIFAR-100 has ${IMAGES_PER_CLASS} training images of a class, and ` +
    `${images} of them is rounded to 0; take ${formatNumber(0.5 / IMAGES_PER_CLASS)} or more, or 0 ` +
    "to validate on the test set"
  );
}

/** What a dataset is made from. Together with the archive's content it determines every byte. */
export interface DatasetRecipe {
  /** CIFAR-100 fine or coarse names; the position is the label. */
  readonly classes: readonly string[];
  /** Path, `https://` or `s3://` URL of the archive; the official one unless given. */
  readonly archive?: string | undefined;
  /** MD5 (hexadecimal) the archive must have; the official one is pinned without it. */
  readonly archiveMd5?: string | undefined;
  /** Share of the training images held back for validation, 0 to 0.5; 0 validates on the test set. */
  readonly validationFraction: number;
  /** `image` unless given. */
  readonly format?: DatasetFormat | undefined;
  /** In ISO 8601: reviewers' answers kept until then are trained on too; none unless given. */
  readonly labelsUntil?: string | undefined;
}

/** Whether a text is a time in UTC to the second, as in `2026-11-26T12:00:00Z`. */
export function isTime(text: string): boolean {
  return z.iso.datetime({ precision: 0 }).safeParse(text).success;
}

/**
 * A short hash (16 hexadecimal digits) that changes exactly when the recipe asks for other bytes.
 * An archive pinned by checksum is identified by it, so that it may move without a rebuild.
 */
export function recipeDigest(recipe: DatasetRecipe): string {
  const identity = [
    ETL_VERSION,
    recipe.classes,
    recipe.archiveMd5?.toLowerCase() ?? recipe.archive ?? "official",
    recipe.validationFraction,
    recipe.format ?? "image",
    ...(recipe.labelsUntil === undefined ? [] : [recipe.labelsUntil]),
  ];
  return createHash("sha256").update(JSON.stringify(identity)).digest("hex").slice(0, 16);
}
