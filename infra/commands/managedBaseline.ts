/**
 * What SageMaker Model Monitor compares captures with: statistics and constraints of the columns that
 * the record preprocessor makes of a record (`infra/managedSchedule/preprocessor.py`), in the schemas
 * that its own container writes ("Schema for Statistics" and "Schema for Constraints", SageMaker AI
 * Developer Guide).
 */
import { FEATURE_NAMES, predictedLabel, type AnsweredPicture } from "../../common/pictureTally";
import type { ImageSize } from "../../contract/values";

/** A picture as it was sent to the endpoint, and how that answered. */
export interface SentPicture extends AnsweredPicture {
  /** Of the PNG. */
  readonly bytes: number;
  readonly size: ImageSize;
}

type Row = Readonly<Record<string, string | number>>;

interface Common {
  readonly num_present: number;
  readonly num_missing: number;
}

/** Lower and upper bounds, and how many values are between them. */
interface Bucket {
  readonly lower_bound: number;
  readonly upper_bound: number;
  readonly count: number;
}

export type FeatureStatistics =
  | {
      readonly name: string;
      readonly inferred_type: "Fractional" | "Integral";
      readonly numerical_statistics: {
        readonly common: Common;
        readonly mean: number;
        readonly sum: number;
        readonly std_dev: number;
        readonly min: number;
        readonly max: number;
        readonly distribution: {
          readonly kll: {
            readonly buckets: readonly Bucket[];
            readonly sketch: {
              readonly parameters: { readonly c: number; readonly k: number };
              /** An item of the level n, from 0 on, stands for 2^n values. */
              readonly data: readonly (readonly number[])[];
            };
          };
        };
      };
    }
  | {
      readonly name: string;
      readonly inferred_type: "String";
      readonly string_statistics: {
        readonly common: Common;
        readonly distinct_count: number;
        readonly distribution: {
          readonly categorical: {
            readonly buckets: readonly { readonly value: string; readonly count: number }[];
          };
        };
      };
    };

/** The content of `statistics.json`. */
export interface BaselineStatistics {
  readonly version: 0;
  readonly dataset: { readonly item_count: number };
  readonly features: readonly FeatureStatistics[];
}

/** The columns whose values are whole numbers; of the others, those that are numbers have fractions. */
const INTEGRAL: ReadonlySet<string> = new Set(["picture_bytes"]);

/** What the analyzer's own sketches have (Deequ's `KLLSketch`). */
const SKETCH = { c: 0.64, k: 2048 } as const;

/** "By default, the distribution is materialized in 10 buckets. You can't change this." */
const BUCKETS = 10;

/**
 * The row that the preprocessor makes of the record of this request.
 * @param classes names in label order
 */
function rowOf({ scores, features, bytes, size }: SentPicture, classes: readonly string[]): Row {
  return {
    predicted_class: classes[predictedLabel(scores)] as string,
    confidence: Math.max(...scores),
    ...Object.fromEntries(scores.map((score, label) => [`probability_${label}`, score])),
    picture_format: "png",
    picture_bytes: bytes,
    picture_size: `${size.width}x${size.height}`,
    ...Object.fromEntries(FEATURE_NAMES.map((name) => [name, features[name]])),
  };
}

/**
 * Statistics of held-out images.
 * @param pictures at least one
 * @param classes names in label order
 */
export function baselineStatistics(
  pictures: readonly SentPicture[],
  classes: readonly string[],
): BaselineStatistics {
  const rows = pictures.map((picture) => rowOf(picture, classes));
  const common = { num_present: rows.length, num_missing: 0 };
  return {
    version: 0,
    dataset: { item_count: rows.length },
    features: Object.keys(rows[0] ?? {}).map((name) => {
      const values = rows.map((row) => row[name]);
      return values.every((value) => typeof value === "number")
        ? {
            name,
            inferred_type: INTEGRAL.has(name) ? "Integral" : "Fractional",
            numerical_statistics: { common, ...numericalStatistics(values) },
          }
        : {
            name,
            inferred_type: "String",
            string_statistics: { common, ...stringStatistics(values.map(String)) },
          };
    }),
  };
}

function numericalStatistics(values: readonly number[]) {
  const sorted = [...values].sort((one, other) => one - other);
  const sum = values.reduce((total, value) => total + value, 0);
  const mean = sum / values.length;
  const squares = values.reduce((total, value) => total + (value - mean) ** 2, 0);
  const [min, max] = [sorted[0] as number, sorted.at(-1) as number];
  return {
    mean,
    sum,
    std_dev: Math.sqrt(squares / values.length),
    min,
    max,
    distribution: {
      kll: {
        buckets: bucketsOf(sorted, min, max),
        sketch: { parameters: SKETCH, data: levelsOf(sorted) },
      },
    },
  };
}

/** Equal ones; the last has its upper bound too. */
function bucketsOf(sorted: readonly number[], min: number, max: number): readonly Bucket[] {
  const bound = (index: number) =>
    index === BUCKETS ? max : min + ((max - min) * index) / BUCKETS;
  const below = (limit: number) => sorted.filter((value) => value < limit).length;
  return Array.from({ length: BUCKETS }, (_, index) => {
    const [lower, upper] = [bound(index), bound(index + 1)];
    const end = index === BUCKETS - 1 ? sorted.length : below(upper);
    return { lower_bound: lower, upper_bound: upper, count: end - below(lower) };
  });
}

/**
 * The values themselves while the sketch has room for them. Of more, every second one of two
 * neighbours, on the next level, until they fit: what has no neighbour stays where it is, so that all
 * are counted.
 */
function levelsOf(sorted: readonly number[]): readonly (readonly number[])[] {
  if (sorted.length <= SKETCH.k) {
    return [sorted];
  }
  const pairs = sorted.length - (sorted.length % 2);
  const kept = sorted.slice(0, pairs).filter((_, index) => index % 2 === 1);
  return [sorted.slice(pairs), ...levelsOf(kept)];
}

function stringStatistics(values: readonly string[]) {
  const buckets = [...new Set(values)].sort().map((value) => ({
    value,
    count: values.filter((each) => each === value).length,
  }));
  return { distinct_count: buckets.length, distribution: { categorical: { buckets } } };
}

/**
 * What must hold of captures, to be written to `constraints.json`: every column is there in every
 * row, of its type; words are among those that are known; and no distribution is further from the
 * baseline's than the threshold.
 * @param threshold 0 to 1
 */
export function baselineConstraints(
  { features }: BaselineStatistics,
  classes: readonly string[],
  threshold: number,
) {
  return {
    version: 0,
    features: features.map((feature) => ({
      name: feature.name,
      inferred_type: feature.inferred_type,
      completeness: 1,
      ...(feature.inferred_type === "String"
        ? { string_constraints: { domains: domainsOf(feature, classes) } }
        : { num_constraints: { is_non_negative: true } }),
    })),
    monitoring_config: {
      evaluate_constraints: "Enabled",
      emit_metrics: "Enabled",
      // Shares of a column's values that must be of its type, and known words: all.
      datatype_check_threshold: 1,
      domain_content_threshold: 1,
      distribution_constraints: {
        perform_comparison: "Enabled",
        comparison_threshold: threshold,
        comparison_method: "Robust",
        categorical_comparison_threshold: threshold,
        categorical_drift_method: "LInfinity",
      },
    },
  };
}

/** Classes that no held-out image was taken for are known all the same. */
function domainsOf(
  {
    name,
    string_statistics: { distribution },
  }: Extract<FeatureStatistics, { inferred_type: "String" }>,
  classes: readonly string[],
): readonly string[] {
  return name === "predicted_class"
    ? classes
    : distribution.categorical.buckets.map(({ value }) => value);
}
