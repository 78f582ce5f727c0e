import { BASELINE_BINS, type DriftBaseline, type ImageFeatures } from "../contract/monitoring";
import { binOf } from "./statistics";

/** In the order in which they are told. */
export const FEATURE_NAMES = [
  "brightness",
  "contrast",
  "red",
  "green",
  "blue",
  "chroma",
  "sharpness",
] as const satisfies readonly (keyof ImageFeatures)[];

/** A picture, and how the endpoint answered. */
export interface AnsweredPicture {
  /** One probability per class, in label order. */
  readonly scores: readonly number[];
  readonly features: ImageFeatures;
}

interface FeatureTally {
  sum: number;
  squares: number;
  readonly histogram: number[];
}

/** The figures of any number of pictures; its size does not depend on how many. */
export class PictureTally {
  images = 0;
  /** Pictures by predicted class, in label order. */
  readonly predicted: number[];
  readonly confidences = emptyHistogram();
  /** Of the pictures of which it is known that they got their true class. */
  readonly correct = emptyHistogram();
  readonly features = byFeature((): FeatureTally => ({
    sum: 0,
    squares: 0,
    histogram: emptyHistogram(),
  }));

  /** @param classes names in label order */
  constructor(readonly classes: readonly string[]) {
    this.predicted = classes.map(() => 0);
  }

  /** @param label index of the true class, if it is known */
  add({ scores, features }: AnsweredPicture, label?: number): void {
    const confidence = Math.max(...scores);
    const predicted = predictedLabel(scores);
    this.images += 1;
    count(this.predicted, predicted);
    count(this.confidences, binOf(confidence, BASELINE_BINS));
    if (predicted === label) {
      count(this.correct, binOf(confidence, BASELINE_BINS));
    }
    for (const name of FEATURE_NAMES) {
      const tally = this.features[name];
      const value = features[name];
      tally.sum += value;
      tally.squares += value * value;
      count(tally.histogram, binOf(value, BASELINE_BINS));
    }
  }

  /** What live traffic is compared with, if these are pictures whose classes are known. */
  baseline(): DriftBaseline {
    const { images, classes, predicted } = this;
    return {
      version: 2,
      images,
      classMix: Object.fromEntries(
        classes.map((name, label) => [name, (predicted[label] as number) / images]),
      ),
      confidenceHistogram: this.confidences,
      correctHistogram: this.correct,
      features: byFeature((name) => {
        const { sum, squares, histogram } = this.features[name];
        const mean = sum / images;
        const variance = Math.max(0, squares / images - mean ** 2);
        return { mean, standardDeviation: Math.sqrt(variance), histogram };
      }),
    };
  }
}

/** Index of the most probable class, the first of equals. */
export function predictedLabel(scores: readonly number[]): number {
  return scores.indexOf(Math.max(...scores));
}

export function byFeature<T>(
  make: (name: keyof ImageFeatures) => T,
): Readonly<Record<keyof ImageFeatures, T>> {
  const made = FEATURE_NAMES.map((name) => [name, make(name)]);
  return Object.fromEntries(made) as Record<keyof ImageFeatures, T>;
}

function emptyHistogram(): number[] {
  return new Array<number>(BASELINE_BINS).fill(0);
}

function count(counts: number[], at: number): void {
  counts[at] = (counts[at] ?? 0) + 1;
}
