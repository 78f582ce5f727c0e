import { spawnSync } from "node:child_process";
import * as path from "node:path";
import { expect } from "chai";
import fc from "fast-check";
import {
  calibration,
  binOf,
  chiSquareQuantile,
  kolmogorovSmirnov,
  kolmogorovSmirnovQuantile,
  normalQuantile,
  percentile,
  populationStability,
  wilsonInterval,
} from "../../common/statistics";
import { seededRandom } from "../../local/cloud/containers/image-classification/random";
import { askInJson } from "../support/botocore";

const PYTHON = process.env["PYTHON"] ?? "python3";

describe("statistics", () => {
  it("wilsonInterval agrees with published values", () => {
    // 81 of 263: Newcombe (1998), Statistics in Medicine 17, table I, method 3.
    const { low, high } = wilsonInterval(81, 263);
    expect(low).to.be.closeTo(0.2553, 5e-5);
    expect(high).to.be.closeTo(0.3662, 5e-5);
  });

  it("wilsonInterval stays within 0 and 1, and is everything when nothing was tried", () => {
    expect(wilsonInterval(10, 10).high).to.be.closeTo(1, 1e-12).and.at.most(1);
    expect(wilsonInterval(10, 10).low).to.be.closeTo(0.7225, 5e-5);
    expect(wilsonInterval(0, 10).low).to.equal(0);
    expect(wilsonInterval(0, 0)).to.deep.equal({ low: 0, high: 1 });
  });

  it("percentile is a value that occurs, whatever the order", () => {
    const values = [5, 1, 4, 2, 3];
    expect(percentile(values, 0.5)).to.equal(3);
    expect(percentile(values, 0.95)).to.equal(5);
    expect(percentile(values, 0)).to.equal(1);
    expect(percentile([4, 1, 3, 2], 0.5)).to.equal(2);
    expect(percentile([], 0.5)).to.be.NaN;
  });

  it("binOf puts each value into one bin, the ends included", () => {
    expect([0, 0.24, 0.25, 0.5, 0.99, 1].map((value) => binOf(value, 4))).to.deep.equal([
      0, 0, 1, 2, 3, 3,
    ]);
  });

  it("chiSquareQuantile and normalQuantile agree with printed tables", () => {
    // NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.6.7.4 and 1.3.6.7.1.
    expect(chiSquareQuantile(0.05, 1)).to.be.closeTo(3.841, 5e-4);
    expect(chiSquareQuantile(0.001, 2)).to.be.closeTo(13.816, 5e-4);
    expect(chiSquareQuantile(0.01, 100)).to.be.closeTo(135.807, 5e-4);
    expect(normalQuantile(0.05)).to.be.closeTo(1.96, 5e-4);
  });

  it("kolmogorovSmirnov is the widest gap between two cumulative shares", () => {
    expect(kolmogorovSmirnov([2, 2, 0, 0], [0, 1, 2, 1])).to.equal(0.75);
    expect(kolmogorovSmirnov([1, 2, 3], [10, 20, 30])).to.be.closeTo(0, 1e-12);
    expect(kolmogorovSmirnov([0, 0], [1, 2])).to.be.NaN;
  });

  it("populationStability is nothing for the same shares, the same both ways, and never infinite", () => {
    expect(populationStability([10, 20], [10, 20])).to.equal(0);
    const [one, other] = [
      populationStability([30, 0], [10, 20]),
      populationStability([10, 20], [30, 0]),
    ];
    expect(one).to.be.closeTo(other, 1e-12);
    expect(one).to.be.above(0.2).and.below(Number.MAX_VALUE);
  });

  it("quantiles and distances are those of SciPy", function () {
    // Prepare
    if (spawnSync(PYTHON, ["-c", "import scipy"]).status !== 0) {
      console.warn(`      ${PYTHON} with SciPy is not there: set PYTHON to one that has it`);
      this.skip();
    }
    const tails = [0.5, 0.05, 1e-3, 1e-5, 1e-8];
    const asked = [1, 2, 3, 4, 9, 10, 99, 100].flatMap((degrees) =>
      tails.map((tail) => ({ degrees, tail })),
    );
    const pairs = [
      { one: [3, 0, 5, 2], other: [1, 1, 1, 9] },
      { one: [0, 0, 7], other: [4, 4, 0] },
      { one: [1, 2, 3, 4, 5], other: [5, 4, 3, 2, 1] },
    ];

    // Act
    const script = path.join(__dirname, "support", "quantiles.py");
    const quantiles = askInJson<number>(PYTHON, script, "chi2", asked);
    const distances = askInJson<number>(PYTHON, script, "ks", pairs);

    // Assess
    asked.forEach(({ degrees, tail }, at) => {
      const right = quantiles[at] as number;
      expect(chiSquareQuantile(tail, degrees) / right, `${degrees} ${tail}`).to.be.closeTo(1, 1e-5);
    });
    pairs.forEach(({ one, other }, at) => {
      expect(kolmogorovSmirnov(one, other)).to.be.closeTo(distances[at] as number, 1e-12);
    });
  });

  it("is exceeded by samples of the same distribution as seldom as is said", () => {
    // Prepare
    const random = seededRandom(1);
    const sample = (count: number, bins: number) => {
      const counts = new Array<number>(bins).fill(0);
      for (let left = count; left > 0; left--) {
        const bin = random.below(bins);
        counts[bin] = (counts[bin] as number) + 1;
      }
      return counts;
    };
    const tail = 0.05;
    const [n, m, tries] = [120, 300, 2000];

    // Act
    let [distant, unstable] = [0, 0];
    for (let left = tries; left > 0; left--) {
      distant +=
        kolmogorovSmirnov(sample(n, 100), sample(m, 100)) > kolmogorovSmirnovQuantile(tail, n, m)
          ? 1
          : 0;
      const chance = chiSquareQuantile(tail, 4) * (1 / n + 1 / m);
      unstable += populationStability(sample(n, 5), sample(m, 5)) > chance ? 1 : 0;
    }

    // Assess: the first is on the safe side, the second near; four standard errors are .02.
    expect(distant / tries).to.be.below(tail + 0.02);
    expect(unstable / tries).to.be.closeTo(tail, 0.02);
  });
});

describe("the calibration of a model", () => {
  it("compares confidence and accuracy in each bin, by the images in it", () => {
    // Prepare
    const confidences = [0.99, 0.91, 0.6, 1, 0.85];
    const predictions = confidences.map((confidence) => ({
      ...{ confidence, isRight: confidence > 0.9 },
    }));

    // Act
    const { error, bins } = calibration(predictions);

    // Assess
    const [least, , most] = bins;
    expect(bins.map(({ from, images }) => [from, images])).to.deep.equal([
      [0.6, 1],
      [0.8, 1],
      [0.9, 3],
    ]);
    expect(least).to.include({ confidence: 0.6, accuracy: 0 });
    expect(most).to.deep.include({ to: 1, accuracy: 1, interval: wilsonInterval(3, 3) });
    expect(error).to.be.closeTo((0.6 + 0.85 + 3 * (1 - 2.9 / 3)) / 5, 1e-12);
  });

  it("has no error of a model that is as often right as it says, nor of none", () => {
    const predictions = Array.from({ length: 100 }, (_, index) => ({
      ...{ confidence: 0.75, isRight: index % 4 !== 0 },
    }));
    expect(calibration(predictions).error).to.be.closeTo(0, 1e-12);
    expect(calibration([])).to.deep.equal({ error: 0, bins: [] });
  });

  it("has an error of at most 1, of the accuracy alone where all is in one bin", () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            confidence: fc.double({ min: 0, max: 1, noNaN: true }),
            isRight: fc.boolean(),
          }),
        ),
        (predictions) => {
          const { error, bins } = calibration(predictions);
          expect(error).to.be.within(0, 1);
          expect(bins.reduce((sum, { images }) => sum + images, 0)).to.equal(predictions.length);
          const all = calibration(predictions, 1);
          const right = predictions.filter(({ isRight }) => isRight).length;
          const sum = predictions.reduce((total, { confidence }) => total + confidence, 0);
          const size = Math.max(1, predictions.length);
          expect(all.error).to.be.closeTo(Math.abs(sum - right) / size, 1e-9);
          expect(error).to.be.at.least(all.error - 1e-9);
        },
      ),
    );
  });
});
