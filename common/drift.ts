/** Compares a window of live traffic with the baseline that deployment made of held-out images. */
import { z } from "zod";
import {
  BASELINE_BINS,
  DRIFT_MEASURES,
  type DriftBaseline,
  type DriftMeasure,
  type DriftMeasureName,
  type DriftStatistic,
  type ImageFeatures,
} from "../contract/monitoring";
import { byFeature, type PictureTally } from "./pictureTally";
import {
  chiSquareQuantile,
  kolmogorovSmirnov,
  kolmogorovSmirnovQuantile,
  normalQuantile,
  populationStability,
  wilsonInterval,
  type Interval,
} from "./statistics";

/** What is known of a window. */
export interface WindowFigures {
  /** Of the captured pictures. */
  readonly tally: PictureTally;
  readonly undecodable: number;
  /** Answers of reviewers: how many there are, and in how many the model was right. */
  readonly reviewed: { readonly images: number; readonly correct: number };
  /** Pictures of earlier windows as long as this one, undecodable ones too. */
  readonly earlierVolumes: readonly number[];
}

/**
 * From where on a difference matters, however sure it is. Below these nothing is drift even in a
 * million pictures; in few pictures the limit is where chance ends, if that is higher.
 */
export interface DriftLimits {
  /** Population stability index of the class mix. */
  readonly psi: number;
  /** Kolmogorov-Smirnov distance of confidence and of each feature. */
  readonly distance: number;
  /** Difference of two shares: below the threshold, or right among the reviewed. */
  readonly difference: number;
  /** Share that cannot be decoded. */
  readonly undecodable: number;
  /** How many times more or fewer pictures than usual. */
  readonly volume: number;
}

export interface DriftSettings {
  readonly limits: DriftLimits;
  /** Of fewer pictures nothing is said. */
  readonly minImages: number;
  /** Probability below which a verdict is `review`. */
  readonly confidenceThreshold: number;
}

/** What a stack has unless its config says otherwise; the sources are in docs/monitoring.md. */
export const DRIFT_DEFAULTS: DriftSettings = {
  limits: { psi: 0.2, distance: 0.1, difference: 0.1, undecodable: 0.05, volume: 4 },
  minImages: 30,
  confidenceThreshold: 0.8,
};

/** The baseline is none that can be compared with. */
export class DriftBaselineError extends Error {
  override readonly name = "DriftBaselineError";
}

/**
 * How often a window in which nothing has changed may be called drift, by any of the measures
 * together: once in a thousand.
 */
const FALSE_ALARMS = 0.001;

/** The same for each measure (Bonferroni): it holds however they depend on each other. */
const TAIL = FALSE_ALARMS / DRIFT_MEASURES.length;

const DEVIATIONS = normalQuantile(TAIL);

/** Earlier windows that it takes to say what is usual. */
const LEAST_WINDOWS = 3;

/** Pictures of the baseline that it takes to say how often the model is right below the threshold. */
const LEAST_DOUBTFUL = 10;

const counts = z.array(z.number().min(0)).length(BASELINE_BINS);
const feature = z.object({ mean: z.number(), standardDeviation: z.number(), histogram: counts });
/** What a baseline looks like that can be compared with. */
export const driftBaselineSchema: z.ZodType<DriftBaseline> = z.object({
  version: z.literal(2),
  images: z.int().min(1),
  classMix: z.record(z.string(), z.number().min(0).max(1)),
  confidenceHistogram: counts,
  correctHistogram: counts,
  features: z.object(byFeature(() => feature)),
});

/**
 * Reads a baseline.
 * @throws DriftBaselineError if it is none, or one of another version
 */
export function parseBaseline(text: string): DriftBaseline {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined;
  }
  const parsed = driftBaselineSchema.safeParse(value);
  if (!parsed.success) {
    throw new DriftBaselineError(
      `The drift baseline is none of this version: ${z.prettifyError(parsed.error)}\n` +
        "Deploy again, with any change that makes the endpoint be scored: deployment writes it.",
    );
  }
  return parsed.data;
}

/** What is told of a measure, before it is judged. */
interface Finding {
  readonly statistic: DriftStatistic;
  readonly images: number;
  readonly figure: number | null;
  readonly baseline: number | null;
  readonly interval?: Interval;
  /** Absent where there is too little to tell. */
  readonly judged?: { readonly value: number; readonly threshold: number };
}

/** Judges every measure of a window, in their order. */
export function judgeWindow(
  window: WindowFigures,
  baseline: DriftBaseline,
  settings: DriftSettings,
): readonly Omit<DriftMeasure, "examples">[] {
  const findings: Readonly<Record<DriftMeasureName, Finding>> = {
    classMix: classMix(window, baseline, settings),
    confidence: confidence(window, baseline, settings),
    belowThreshold: belowThreshold(window, baseline, settings),
    ...byFeature((name) => featureDrift(name, window, baseline, settings)),
    undecodable: undecodable(window, settings),
    volume: volume(window, settings),
    accuracy: accuracy(window, baseline, settings),
  };
  return DRIFT_MEASURES.map((name) => {
    const { judged, ...finding } = findings[name];
    return {
      name,
      ...finding,
      value: judged?.value ?? null,
      threshold: judged?.threshold ?? null,
      drifted: judged !== undefined && judged.value >= judged.threshold,
    };
  });
}

type Judge = (window: WindowFigures, baseline: DriftBaseline, settings: DriftSettings) => Finding;

const classMix: Judge = ({ tally }, { classMix: mix, images }, { limits, minImages }) => {
  const expected = Object.values(mix).map((share) => share * images);
  const chance = chiSquareQuantile(TAIL, expected.length - 1) * (1 / images + 1 / tally.images);
  return {
    ...{ statistic: "psi", images: tally.images, figure: null, baseline: null },
    ...judgedIf(tally.images >= minImages, () => ({
      value: populationStability(tally.predicted, expected),
      threshold: Math.max(limits.psi, chance),
    })),
  };
};

const confidence: Judge = ({ tally }, baseline, settings) => ({
  ...distance(tally.confidences, baseline.confidenceHistogram, settings),
  figure: meanOfBins(tally.confidences),
  baseline: meanOfBins(baseline.confidenceHistogram),
});

function featureDrift(
  name: keyof ImageFeatures,
  { tally }: WindowFigures,
  { features }: DriftBaseline,
  settings: DriftSettings,
): Finding {
  const { sum, histogram } = tally.features[name];
  return {
    ...distance(histogram, features[name].histogram, settings),
    figure: meanOf(sum, tally.images),
    baseline: features[name].mean,
  };
}

function distance(
  histogram: readonly number[],
  expected: readonly number[],
  { limits, minImages }: DriftSettings,
): Pick<Finding, "statistic" | "images" | "judged"> {
  const [images, all] = [total(histogram), total(expected)];
  return {
    ...{ statistic: "ks", images },
    ...judgedIf(images >= minImages, () => ({
      value: kolmogorovSmirnov(histogram, expected),
      threshold: Math.max(limits.distance, kolmogorovSmirnovQuantile(TAIL, images, all)),
    })),
  };
}

const belowThreshold: Judge = ({ tally }, baseline, settings) => {
  const { confidenceThreshold, minImages } = settings;
  const window = below(tally.confidences, confidenceThreshold);
  const expected = below(baseline.confidenceHistogram, confidenceThreshold);
  const { images } = tally;
  return {
    ...{ statistic: "difference", images, baseline: expected / baseline.images },
    ...share(window, images),
    ...judgedIf(images >= minImages, () => {
      const value = Math.abs(window / images - expected / baseline.images);
      return {
        value,
        threshold: sureDifference([window, expected], [images, baseline.images], settings),
      };
    }),
  };
};

function undecodable(
  { tally, undecodable: refused }: WindowFigures,
  { limits, minImages }: DriftSettings,
): Finding {
  const images = tally.images + refused;
  const limit = limits.undecodable;
  return {
    // All held-out images can be decoded.
    ...{ statistic: "share", images, baseline: 0 },
    ...share(refused, images),
    ...judgedIf(images >= minImages, () => ({
      value: refused / images,
      threshold: limit + DEVIATIONS * Math.sqrt((limit * (1 - limit)) / images),
    })),
  };
}

/** What is usual is only known after some windows; none in which nothing came is one of these. */
function volume(
  { tally, undecodable: refused, earlierVolumes }: WindowFigures,
  { limits, minImages }: DriftSettings,
): Finding {
  const images = tally.images + refused;
  const earlier = earlierVolumes.filter((count) => count > 0).sort((one, other) => one - other);
  const usual = earlier[Math.floor(earlier.length / 2)] ?? 0;
  const chance = DEVIATIONS * Math.sqrt(1 / (images + 1) + 1 / (usual + 1));
  return {
    ...{ statistic: "ratio", images, figure: images },
    baseline: earlier.length < LEAST_WINDOWS ? null : usual,
    ...judgedIf(earlier.length >= LEAST_WINDOWS && Math.max(images, usual) >= minImages, () => ({
      // One more of each: so nothing at all is a ratio too.
      value: (Math.max(images, usual) + 1) / (Math.min(images, usual) + 1),
      threshold: Math.max(limits.volume, Math.exp(chance)),
    })),
  };
}

/** Reviewers see only what is below the threshold, so that is what their answers stand against. */
const accuracy: Judge = ({ reviewed }, baseline, settings) => {
  const { confidenceThreshold, minImages } = settings;
  const doubtful = below(baseline.confidenceHistogram, confidenceThreshold);
  const right = below(baseline.correctHistogram, confidenceThreshold);
  const { images, correct } = reviewed;
  return {
    ...{ statistic: "difference", images, baseline: meanOf(right, doubtful) },
    ...share(correct, images),
    ...judgedIf(images >= minImages && doubtful >= LEAST_DOUBTFUL, () => {
      // To be right more often is no drift.
      const value = Math.max(0, right / doubtful - correct / images);
      return { value, threshold: sureDifference([correct, right], [images, doubtful], settings) };
    }),
  };
};

/** The difference of two shares at which both matter: that it is large enough, and no chance. */
function sureDifference(
  [one, other]: readonly [number, number],
  [all, allOthers]: readonly [number, number],
  { limits }: DriftSettings,
): number {
  const pooled = (one + other) / (all + allOthers);
  const deviation = Math.sqrt(pooled * (1 - pooled) * (1 / all + 1 / allOthers));
  return Math.max(limits.difference, DEVIATIONS * deviation);
}

function judgedIf(
  isEnough: boolean,
  judge: () => NonNullable<Finding["judged"]>,
): Pick<Finding, "judged"> {
  return isEnough ? { judged: judge() } : {};
}

function share(part: number, all: number): Pick<Finding, "figure" | "interval"> {
  return all === 0 ? { figure: null } : { figure: part / all, interval: wilsonInterval(part, all) };
}

/** How many values are below one; of the bin that has it within, as much as it is in. */
function below(histogram: readonly number[], value: number): number {
  const place = value * BASELINE_BINS;
  return histogram.reduce(
    (sum, count, bin) => sum + count * Math.min(1, Math.max(0, place - bin)),
    0,
  );
}

function meanOf(sum: number, count: number): number | null {
  return count === 0 ? null : sum / count;
}

function meanOfBins(histogram: readonly number[]): number | null {
  const sum = histogram.reduce((all, count, bin) => all + (count * (bin + 0.5)) / BASELINE_BINS, 0);
  return meanOf(sum, total(histogram));
}

function total(histogram: readonly number[]): number {
  return histogram.reduce((all, count) => all + count, 0);
}
