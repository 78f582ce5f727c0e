import { DATASET_KEYS, SPLITS, type Split } from "../../contract/dataset";
import type { ArchiveContent, ImageSource } from "../archive/content";
import { DatasetFolderError } from "../errors";
import { heldBack } from "../recipe";
import type { ClassSelection } from "./classes";

/** Where pixels come from: a half of the archive, or the pictures that reviewers have labelled. */
export type PixelSource = "train" | "test" | "labels";

/** One image of the dataset. */
export interface PlannedImage {
  /** Unique across all splits. */
  readonly index: number;
  readonly label: number;
  readonly source: PixelSource;
  /** Position in that source. */
  readonly record: number;
  /** Of its file, without the type; the record unless given. */
  readonly name?: string;
}

/** The images of each split, in the archive's order, which mixes the classes. */
export type DatasetPlan = Readonly<Record<Split, readonly PlannedImage[]>>;

/**
 * Decides which image of the archive goes where. The held-out test images stay the test split;
 * validation is cut from the training images, from each class the same share; with a fraction of
 * zero it has the test images instead.
 * Throws {@link DatasetFolderError} when a split would be left without images of some class.
 */
export function planDataset(
  content: ArchiveContent,
  selection: ClassSelection,
  validationFraction: number,
): DatasetPlan {
  const training = selectImages("train", content.train, selection);
  const test = selectImages("test", content.test, selection);
  const validation = chooseValidation(training, selection.names.length, validationFraction);
  const splits: Record<Split, readonly Omit<PlannedImage, "index">[]> = {
    train: training.filter((image) => !validation.has(image.record)),
    validation:
      validationFraction === 0 ? test : training.filter((image) => validation.has(image.record)),
    test,
  };
  let index = 0;
  const number = (split: Split): readonly PlannedImage[] =>
    splits[split].map((image) => ({ index: index++, ...image }));
  const plan = { train: number("train"), validation: number("validation"), test: number("test") };
  for (const split of SPLITS) {
    const counts = countLabels(plan[split], selection.names.length);
    const empty = counts.indexOf(0);
    if (empty !== -1) {
      throw new DatasetFolderError(
        `The ${split} split would have no image of class ${selection.names[empty]}. ` +
          `Take an archive with more images of it, or another --validation-fraction.`,
      );
    }
  }
  return plan;
}

/**
 * The same with more images to train on. They come last, and no other image's number changes.
 * @param images in the order in which they are to be
 */
export function withTrainingImages(
  plan: DatasetPlan,
  images: readonly Omit<PlannedImage, "index">[],
): DatasetPlan {
  const first = SPLITS.reduce((sum, split) => sum + plan[split].length, 0);
  const added = images.map((image, position) => ({ index: first + position, ...image }));
  return { ...plan, train: [...plan.train, ...added] };
}

/** Images per label. */
export function countLabels(images: readonly PlannedImage[], labels: number): number[] {
  const counts = Array<number>(labels).fill(0);
  for (const { label } of images) {
    counts[label] = (counts[label] as number) + 1;
  }
  return counts;
}

/** Path of an image inside the dataset. */
export function imagePath(split: Split, image: PlannedImage, classes: readonly string[]): string {
  return `${DATASET_KEYS[split]}${imagePathInChannel(image, classes)}`;
}

/** Path of an image inside its split, which is what the lists have. */
export function imagePathInChannel(image: PlannedImage, classes: readonly string[]): string {
  const name = image.name ?? String(image.record).padStart(5, "0");
  return `${classes[image.label]}/${name}.png`;
}

function selectImages(
  source: "train" | "test",
  content: ImageSource,
  selection: ClassSelection,
): Omit<PlannedImage, "index">[] {
  const images: Omit<PlannedImage, "index">[] = [];
  for (let record = 0; record < content.fine.length; record++) {
    const label = selection.labelOf(content, record);
    if (label !== undefined) {
      images.push({ label, source, record });
    }
  }
  return images;
}

/** Of each class exactly the rounded share: those whose hashes come first. */
function chooseValidation(
  images: readonly Omit<PlannedImage, "index">[],
  labels: number,
  fraction: number,
): ReadonlySet<number> {
  const byLabel: number[][] = Array.from({ length: labels }, () => []);
  for (const { label, record } of images) {
    byLabel[label]?.push(record);
  }
  const chosen = byLabel.flatMap((records) =>
    records
      .sort((one, other) => hash(one) - hash(other))
      .slice(0, heldBack(records.length, fraction)),
  );
  return new Set(chosen);
}

/**
 * The finalizer of MurmurHash3: it scatters 32-bit integers, and no two give the same, so the order
 * it makes is the same everywhere.
 */
function hash(record: number): number {
  let bits = record + 1;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}
