import { expect } from "chai";
import {
  baselineConstraints,
  baselineStatistics,
  type SentPicture,
} from "../../../../../infra/commands/managedBaseline";
import {
  CONSTRAINTS,
  STATISTICS,
  violationsOf,
  type Row,
} from "../../../../../local/cloud/containers/model-monitor-analyzer/analyze";
import { seededRandom } from "../../../../../local/cloud/containers/image-classification/random";

const CLASSES = ["bicycle", "bus"];
const random = seededRandom(1);

function picture(): SentPicture {
  const score = 0.5 + random.uniform() / 2;
  const scores = random.below(2) === 0 ? [score, 1 - score] : [1 - score, score];
  const features = {
    ...{ brightness: random.uniform(), contrast: random.uniform(), chroma: random.uniform() },
    ...{ red: random.uniform(), green: random.uniform(), blue: random.uniform() },
    sharpness: random.uniform(),
  };
  return { scores, features, bytes: 2000 + random.below(500), size: { width: 28, height: 28 } };
}

/** A row as the preprocessor makes it, read from the statistics of one picture. */
function rowOf(sent: SentPicture): Row {
  return Object.fromEntries(
    baselineStatistics([sent], CLASSES).features.map((feature) => [
      feature.name,
      feature.inferred_type === "String"
        ? feature.string_statistics.distribution.categorical.buckets[0]?.value
        : feature.numerical_statistics.mean,
    ]),
  );
}

describe("what the analyzer finds with the baseline of deployment", () => {
  const pictures = Array.from({ length: 5000 }, picture);
  const written = baselineStatistics(pictures, CLASSES);
  const statistics = STATISTICS.parse(written);
  const constraints = CONSTRAINTS.parse(baselineConstraints(written, CLASSES, 0.1));
  const rows = Array.from({ length: 400 }, () => rowOf(picture()));
  const found = (changed: readonly Row[]) =>
    violationsOf(changed, constraints, statistics).map(
      ({ constraint_check_type: check, feature_name: name }) => `${check} ${name}`,
    );

  it("is nothing in other pictures of the same kind", () => {
    expect(found(rows)).to.deep.equal([]);
  });

  const CASES: readonly (readonly [string, (row: Row, index: number) => Row, readonly string[]])[] =
    [
      [
        "a column that is missing",
        (row) => Object.fromEntries(Object.entries(row).filter(([name]) => name !== "chroma")),
        ["missing_column_check chroma"],
      ],
      ["a column too many", (row) => ({ ...row, more: 1 }), ["extra_column_check more"]],
      [
        "a row without a value",
        (row, index) => (index === 0 ? { ...row, chroma: null } : row),
        ["completeness_check chroma"],
      ],
      [
        "a fraction of a byte",
        (row, index) => (index === 0 ? { ...row, picture_bytes: 2000.5 } : row),
        ["data_type_check picture_bytes"],
      ],
      [
        "a class that the model does not have",
        (row, index) => (index === 0 ? { ...row, predicted_class: "tractor" } : row),
        ["categorical_values_check predicted_class"],
      ],
      [
        "one class only",
        (row) => ({ ...row, predicted_class: "bus" }),
        ["baseline_drift_check predicted_class"],
      ],
      ["grey pictures", (row) => ({ ...row, chroma: 0 }), ["baseline_drift_check chroma"]],
    ];
  for (const [what, change, expected] of CASES) {
    it(`is that alone of ${what}`, () => {
      expect(found(rows.map(change))).to.deep.equal(expected);
    });
  }

  it("is no drift in so few values that chance explains it", () => {
    const few = rows.slice(0, 5).map((row) => ({ ...row, chroma: Number(row["chroma"]) / 2 }));
    const many = rows.map((row) => ({ ...row, chroma: Number(row["chroma"]) / 2 }));
    expect(found(few)).to.deep.equal([]);
    expect(found(many)).to.deep.equal(["baseline_drift_check chroma"]);
  });

  it("is of a sketch that stands for every value, and for none twice", () => {
    for (const feature of statistics.features) {
      if (feature.inferred_type === "String") {
        continue;
      }
      const { numerical_statistics: numbers, name } = feature;
      const { buckets, sketch } = numbers.distribution.kll;
      const weight = sketch.data.reduce(
        (sum, level, height) => sum + level.length * 2 ** height,
        0,
      );
      expect(weight, name).to.equal(5000);
      expect(sketch.data.flat().length, name).to.be.at.most(sketch.parameters.k);
      expect(
        buckets.reduce((sum, { count }) => sum + count, 0),
        name,
      ).to.equal(5000);
      expect(buckets[0]?.lower_bound, name).to.equal(numbers.min);
      expect(buckets.at(-1)?.upper_bound, name).to.equal(numbers.max);
    }
  });

  it("is as near to the values as the sketch may be: no quantile is off by more than a hundredth", () => {
    const values = pictures.map(({ features }) => features.chroma);
    const feature = written.features.find(({ name }) => name === "chroma");
    const data =
      feature?.inferred_type === "Fractional"
        ? feature.numerical_statistics.distribution.kll.sketch.data
        : [];
    for (const limit of [0.1, 0.25, 0.5, 0.9]) {
      const exact = values.filter((value) => value <= limit).length / values.length;
      const below = data.reduce(
        (sum, level, height) => sum + level.filter((value) => value <= limit).length * 2 ** height,
        0,
      );
      expect(below / values.length).to.be.closeTo(exact, 0.01);
    }
  });

  it("is refused where a file has another shape than AWS documents", () => {
    const more = { ...written, features: [{ name: "x", inferred_type: "Fractional" }] };
    expect(STATISTICS.safeParse(more).success).to.equal(false);
    expect(CONSTRAINTS.safeParse({ ...constraints, version: 1 }).success).to.equal(false);
  });
});
