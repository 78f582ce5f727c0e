/**
 * What SageMaker Model Monitor's container finds in rows of captured records: which constraints they
 * violate. The files are those that AWS documents ("Schema for Statistics", "Schema for Constraints" and
 * "Schema for Violations", SageMaker AI Developer Guide); the distances are those of Deequ, on which the
 * container is built (`Distance.scala`).
 */
import { z } from "zod";

const common = z.strictObject({ num_present: z.int(), num_missing: z.int() });
const count = z.int().min(0);

const numerical = z.strictObject({
  common,
  ...{ mean: z.number(), sum: z.number(), std_dev: z.number(), min: z.number(), max: z.number() },
  distribution: z.strictObject({
    kll: z.strictObject({
      buckets: z
        .array(z.strictObject({ lower_bound: z.number(), upper_bound: z.number(), count }))
        .length(10),
      sketch: z.strictObject({
        parameters: z.strictObject({ c: z.number(), k: z.number() }),
        data: z.array(z.array(z.number())),
      }),
    }),
  }),
});

const text = z.strictObject({
  common,
  distinct_count: count,
  distribution: z.strictObject({
    categorical: z.strictObject({
      buckets: z.array(z.strictObject({ value: z.string(), count })),
    }),
  }),
});

export const STATISTICS = z.strictObject({
  version: z.literal(0),
  dataset: z.strictObject({ item_count: count }),
  features: z.array(
    z.union([
      z.strictObject({
        name: z.string(),
        inferred_type: z.enum(["Fractional", "Integral"]),
        numerical_statistics: numerical,
      }),
      z.strictObject({
        name: z.string(),
        inferred_type: z.literal("String"),
        string_statistics: text,
      }),
    ]),
  ),
});

const share = z.number().min(0).max(1);
const isEnabled = z.enum(["Enabled", "Disabled"]).transform((value) => value === "Enabled");

export const CONSTRAINTS = z.strictObject({
  version: z.literal(0),
  features: z.array(
    z.strictObject({
      name: z.string(),
      inferred_type: z.enum(["Integral", "Fractional", "String", "Unknown"]),
      completeness: share,
      num_constraints: z.strictObject({ is_non_negative: z.boolean() }).optional(),
      string_constraints: z.strictObject({ domains: z.array(z.string()) }).optional(),
    }),
  ),
  monitoring_config: z.strictObject({
    evaluate_constraints: isEnabled,
    emit_metrics: isEnabled,
    datatype_check_threshold: share,
    domain_content_threshold: share,
    distribution_constraints: z.strictObject({
      perform_comparison: isEnabled,
      comparison_threshold: z.number(),
      comparison_method: z.enum(["Simple", "Robust"]),
      categorical_comparison_threshold: z.number(),
      categorical_drift_method: z.enum(["LInfinity", "ChiSquared"]),
    }),
  }),
});

export type Statistics = z.output<typeof STATISTICS>;
export type Constraints = z.output<typeof CONSTRAINTS>;
type Feature = Statistics["features"][number];

/** One flat row; a column that is not in it is null. */
export type Row = Readonly<Record<string, unknown>>;

export interface Violation {
  readonly feature_name: string;
  readonly constraint_check_type:
    | "data_type_check"
    | "completeness_check"
    | "baseline_drift_check"
    | "missing_column_check"
    | "extra_column_check"
    | "categorical_values_check";
  readonly description: string;
}

/** What the rows violate. Values that are negative where none may be are not looked for. */
export function violationsOf(
  rows: readonly Row[],
  { features, monitoring_config: config }: Constraints,
  baseline: Statistics,
): readonly Violation[] {
  if (!config.evaluate_constraints) {
    return [];
  }
  const columns = new Set(rows.flatMap((row) => Object.keys(row)));
  const violations = columnViolations(columns, features);
  for (const { name, inferred_type: type, completeness, string_constraints } of features) {
    const values = rows
      .map((row) => row[name])
      .filter((value) => value !== undefined && value !== null);
    const report = (check: Violation["constraint_check_type"], description: string) => {
      violations.push({ feature_name: name, constraint_check_type: check, description });
    };
    if (!columns.has(name)) {
      continue;
    }
    const present = values.length / rows.length;
    if (present < completeness) {
      report(
        "completeness_check",
        `Data completeness requirement is not met. Expected: ${percent(completeness)}. ` +
          `Observed: ${percent(present)}.`,
      );
    }
    const ofType = shareOf(values, (value) => isOf(type, value));
    if (ofType < config.datatype_check_threshold) {
      report(
        "data_type_check",
        `Data type match requirement is not met. Expected data type: ${type}, Expected match: ` +
          `${percent(config.datatype_check_threshold)}. Observed: Only ${percent(ofType)} of data is ${type}.`,
      );
    }
    const domains = string_constraints?.domains;
    const known = shareOf(values, (value) => domains?.includes(String(value)) ?? true);
    if (known < config.domain_content_threshold) {
      report(
        "categorical_values_check",
        `Categorical values requirement is not met. Expected match: ` +
          `${percent(config.domain_content_threshold)}. Observed: Only ${percent(known)} of values are known.`,
      );
    }
    const compared = baseline.features.find((each) => each.name === name);
    const distance = compared && distanceOf(values, compared, config.distribution_constraints);
    if (distance !== undefined && distance.value > distance.threshold) {
      report(
        "baseline_drift_check",
        `Baseline drift distance: ${distance.value} exceeds threshold: ${distance.threshold}`,
      );
    }
  }
  return violations;
}

function columnViolations(
  columns: ReadonlySet<string>,
  features: Constraints["features"],
): Violation[] {
  const names = new Set(features.map(({ name }) => name));
  const of = (name: string, check: "missing_column_check" | "extra_column_check"): Violation => ({
    feature_name: name,
    constraint_check_type: check,
    description: `${columns.size} columns in the current dataset, ${names.size} in the baseline`,
  });
  return [
    ...[...names]
      .filter((name) => !columns.has(name))
      .map((name) => of(name, "missing_column_check")),
    ...[...columns]
      .filter((name) => !names.has(name))
      .map((name) => of(name, "extra_column_check")),
  ];
}

function isOf(type: Constraints["features"][number]["inferred_type"], value: unknown): boolean {
  switch (type) {
    case "Integral":
      return Number.isInteger(value);
    case "Fractional":
      return typeof value === "number";
    case "String":
      return typeof value === "string";
    case "Unknown":
      return true;
  }
}

function distanceOf(
  values: readonly unknown[],
  feature: Feature,
  config: Constraints["monitoring_config"]["distribution_constraints"],
): { readonly value: number; readonly threshold: number } | undefined {
  if (!config.perform_comparison || values.length === 0) {
    return undefined;
  }
  if (feature.inferred_type === "String") {
    const { buckets } = feature.string_statistics.distribution.categorical;
    const baseline = new Map(buckets.map(({ value, count: times }) => [value, times]));
    const current = new Map<string, number>();
    values.map(String).forEach((value) => current.set(value, (current.get(value) ?? 0) + 1));
    const [n, m] = [values.length, feature.string_statistics.common.num_present];
    const differences = [...new Set([...baseline.keys(), ...current.keys()])].map((value) =>
      Math.abs((current.get(value) ?? 0) / n - (baseline.get(value) ?? 0) / m),
    );
    return {
      value: corrected(Math.max(...differences), n, m, config.comparison_method),
      threshold: config.categorical_comparison_threshold,
    };
  }
  const weighted = feature.numerical_statistics.distribution.kll.sketch.data.flatMap(
    (level, height) => level.map((value): [number, number] => [value, 2 ** height]),
  );
  const current = values.filter((value) => typeof value === "number");
  const m = weighted.reduce((sum, [, weight]) => sum + weight, 0);
  const at = (limit: number) =>
    Math.abs(
      current.filter((value) => value <= limit).length / current.length -
        weighted.reduce((sum, [value, weight]) => sum + (value <= limit ? weight : 0), 0) / m,
    );
  const furthest = [...new Set([...current, ...weighted.map(([value]) => value)])].map(at);
  return {
    value: corrected(Math.max(0, ...furthest), current.length, m, config.comparison_method),
    threshold: config.comparison_threshold,
  };
}

/** The robust distance leaves out what chance can do in so few values. */
function corrected(distance: number, n: number, m: number, method: "Simple" | "Robust"): number {
  return method === "Simple"
    ? distance
    : Math.max(0, distance - 1.8 * Math.sqrt((n + m) / (n * m)));
}

function shareOf(values: readonly unknown[], holds: (value: unknown) => boolean): number {
  return values.length === 0 ? 1 : values.filter(holds).length / values.length;
}

function percent(value: number): string {
  return `${value * 100}%`;
}
