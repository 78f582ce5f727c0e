import { expect } from "chai";
import { byFeature, PictureTally } from "../../../common/pictureTally";
import type { DriftMeasure, DriftMeasureName } from "../../../contract/monitoring";
import { ExampleFinder } from "../../../functions/monitor-drift/examples";

/** Nine of ten held-out images are bicycles. */
function baseline() {
  const tally = new PictureTally(["bicycle", "rocket"]);
  for (let number = 0; number < 10; number++) {
    const scores = number < 9 ? [0.9, 0.1] : [0.1, 0.9];
    tally.add({ scores, features: byFeature(() => 0.5) });
  }
  return tally.baseline();
}

/** Of five pictures, each brighter than the one before and less sure of its bicycle. */
function finder(): ExampleFinder {
  const found = new ExampleFinder(baseline());
  for (let number = 0; number < 5; number++) {
    const confidence = 0.9 - number / 20;
    found.add(
      {
        scores: [confidence, 1 - confidence],
        features: byFeature((name) => (name === "brightness" ? number / 10 : 0.5)),
      },
      { png: Buffer.of(number), inferenceId: String(number) },
    );
  }
  return found;
}

function drift(name: DriftMeasureName, figure: number, expected: number) {
  const about = { statistic: "ks", value: 1, threshold: 0.5, drifted: true, images: 5 } as const;
  return { ...about, name, figure, baseline: expected } satisfies Omit<DriftMeasure, "examples">;
}

const idsOf = (found: ReturnType<ExampleFinder["of"]>) =>
  found.map(({ inferenceId }) => inferenceId);

describe("examples of a drift", () => {
  for (const [what, measure, shown] of [
    ["the brightest first where pictures got brighter", drift("brightness", 0.3, 0.1), "432"],
    ["the darkest first where pictures got darker", drift("brightness", 0.1, 0.3), "012"],
    ["the surest first where confidence rose", drift("confidence", 0.9, 0.5), "012"],
    ["the least sure first where confidence fell", drift("confidence", 0.5, 0.9), "432"],
    ["the least sure first where more are doubtful", drift("belowThreshold", 0.5, 0.1), "432"],
    ["the surest first where fewer are doubtful", drift("belowThreshold", 0.1, 0.5), "012"],
    ["no picture of what pictures do not show", drift("volume", 900, 100), ""],
  ] as const) {
    it(`are ${what}`, () => {
      expect(idsOf(finder().of(measure, [5, 0])).join("")).to.equal(shown);
    });
  }

  it("are of the class that has gained the largest share, though another one has more", () => {
    // Prepare
    const mixed = finder();
    const rocket = { png: Buffer.of(9), inferenceId: "rocket" };
    mixed.add({ scores: [0.4, 0.6], features: byFeature(() => 0.5) }, rocket);

    // Act
    const shown = mixed.of(drift("classMix", 0, 0), [5, 4]);

    // Assess
    expect(idsOf(shown)).to.deep.equal(["rocket"]);
  });
});
