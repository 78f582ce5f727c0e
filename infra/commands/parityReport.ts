import { PictureTally, predictedLabel, type AnsweredPicture } from "../../common/pictureTally";
import { percentile, wilsonInterval, type Interval } from "../../common/statistics";
import type { DriftBaseline } from "../../contract/monitoring";

/** How the endpoint answered for one image whose class is known. */
export interface Answer extends AnsweredPicture {
  /** Index of the true class. */
  readonly label: number;
  readonly milliseconds: number;
}

/** How well the live endpoint does on images that it was not trained on. */
export interface ParityReport {
  readonly images: number;
  readonly correct: number;
  /** Share of the images that got their true class, 0 to 1. */
  readonly accuracy: number;
  /** Holds the accuracy on all such images with 95% confidence. */
  readonly interval: Interval;
  /** Share of the images of each class that got that class; null for a class without images. */
  readonly perClassRecall: Readonly<Record<string, number | null>>;
  /** Time from request to answer, as the deploying machine sees it. */
  readonly latencyMilliseconds: { readonly p50: number; readonly p95: number };
}

/** The live endpoint does worse than the stack's config allows. */
export class AccuracyFloorError extends Error {
  constructor({ accuracy, images, interval }: ParityReport, floor: number) {
    super(
      `The endpoint's accuracy on ${images} held-out images is ${percent(accuracy)} ` +
        `(95% interval ${percent(interval.low)} to ${percent(interval.high)}), below the floor ` +
        `of ${percent(floor)}.\nTrain a better model, or lower \`training.accuracyFloor\` in the ` +
        `stack's config if this one is good enough.`,
    );
    this.name = "AccuracyFloorError";
  }
}

/** @param classes names in label order */
export function parityReport(answers: readonly Answer[], classes: readonly string[]): ParityReport {
  const hits = answers.filter(({ label, scores }) => predictedLabel(scores) === label);
  const recall = classes.map((name, label) => {
    const ofClass = (all: readonly Answer[]) => all.filter((each) => each.label === label).length;
    const images = ofClass(answers);
    return [name, images === 0 ? null : ofClass(hits) / images] as const;
  });
  const times = answers.map(({ milliseconds }) => milliseconds);
  return {
    images: answers.length,
    correct: hits.length,
    accuracy: hits.length / answers.length,
    interval: wilsonInterval(hits.length, answers.length),
    perClassRecall: Object.fromEntries(recall),
    latencyMilliseconds: {
      p50: Math.round(percentile(times, 0.5)),
      p95: Math.round(percentile(times, 0.95)),
    },
  };
}

/** What live traffic is compared with: the answers, and what went in. */
export function driftBaseline(
  answers: readonly Answer[],
  classes: readonly string[],
): DriftBaseline {
  const tally = new PictureTally(classes);
  for (const answer of answers) {
    tally.add(answer, answer.label);
  }
  return tally.baseline();
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)}%`;
}
