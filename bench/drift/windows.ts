/** Windows of live traffic, clean and drifted, and how the monitor judges them. */
import { judgeWindow, type DriftSettings } from "../../common/drift";
import { PictureTally } from "../../common/pictureTally";
import type { DriftBaseline, DriftMeasureName } from "../../contract/monitoring";
import {
  seededRandom,
  type Random,
} from "../../local/cloud/containers/image-classification/random";
import type { Answered, TrainedModel } from "./model";
import { DISTORTIONS, type Pictures } from "./pictures";

export const WINDOW_SIZES = [30, 300, 3000] as const;

/** What comes in: answered pictures to draw from, and the share that cannot be decoded. */
export interface Traffic {
  readonly answered: readonly Answered[];
  readonly undecodable: number;
}

export interface Experiment {
  readonly classes: readonly string[];
  readonly baseline: DriftBaseline;
  /** Share of the held-out pictures that the model knows. */
  readonly accuracy: number;
  readonly clean: Traffic;
  readonly drifted: Readonly<Record<string, Traffic>>;
}

/** @param distorted how many pictures of each kind of drift */
export async function prepare(
  model: TrainedModel,
  { classes, heldOut, live, unknown }: Pictures,
  distorted: number,
): Promise<Experiment> {
  const tally = new PictureTally(classes);
  const held = await model.answer(heldOut);
  for (const each of held) {
    tally.add(each, each.label);
  }
  const clean = { answered: await model.answer(live), undecodable: 0 };
  const some = inTurn(live, distorted);
  const drifted: Record<string, Traffic> = {};
  for (const [name, distort] of Object.entries(DISTORTIONS)) {
    drifted[name] = { answered: await model.answer(some.map(distort)), undecodable: 0 };
  }
  return {
    classes,
    baseline: tally.baseline(),
    accuracy: tally.correct.reduce((sum, count) => sum + count, 0) / held.length,
    clean,
    drifted: {
      ...drifted,
      "a new class": {
        answered: await model.answer(unknown.slice(0, distorted)),
        undecodable: 0,
      },
      "one class only": {
        answered: clean.answered.filter(({ label }) => label === 0),
        undecodable: 0,
      },
      "half undecodable": { answered: clean.answered, undecodable: 0.5 },
    },
  };
}

/** As many as asked for, from all over the list. */
function inTurn<T>(all: readonly T[], count: number): readonly T[] {
  const step = Math.max(1, Math.floor(all.length / count));
  return all.filter((_, index) => index % step === 0).slice(0, count);
}

/** What drifted in one window after the other, each drawn anew. */
export function judgeWindows(
  { classes, baseline }: Experiment,
  traffic: Traffic,
  {
    windows,
    size,
    seed = 1,
  }: { readonly windows: number; readonly size: number; readonly seed?: number },
  settings: DriftSettings,
): readonly (readonly DriftMeasureName[])[] {
  const random = seededRandom(seed);
  return Array.from({ length: windows }, () => {
    const undecodable = Math.round(size * traffic.undecodable);
    const tally = drawTally(classes, traffic.answered, size - undecodable, random);
    const figures = {
      ...{ tally, undecodable },
      reviewed: reviewOf(traffic.answered, size, settings.confidenceThreshold, random),
      // As many as now, give or take what chance does.
      earlierVolumes: Array.from({ length: 7 }, () =>
        Math.max(0, Math.round(size + Math.sqrt(size) * random.gaussian())),
      ),
    };
    return judgeWindow(figures, baseline, settings).flatMap(({ name, drifted }) =>
      drifted ? [name] : [],
    );
  });
}

function drawTally(
  classes: readonly string[],
  answered: readonly Answered[],
  size: number,
  random: Random,
): PictureTally {
  const tally = new PictureTally(classes);
  for (let left = size; left > 0; left--) {
    tally.add(answered[random.below(answered.length)] as Answered);
  }
  return tally;
}

/** Reviewers see what is below the threshold, and are right. */
function reviewOf(
  answered: readonly Answered[],
  size: number,
  threshold: number,
  random: Random,
): { readonly images: number; readonly correct: number } {
  const doubtful = answered.filter(({ scores }) => Math.max(...scores) < threshold);
  const images = Math.round((size * doubtful.length) / answered.length);
  let correct = 0;
  for (let left = images; left > 0; left--) {
    const { scores, label } = doubtful[random.below(doubtful.length)] as Answered;
    correct += scores.indexOf(Math.max(...scores)) === label ? 1 : 0;
  }
  return { images, correct };
}
