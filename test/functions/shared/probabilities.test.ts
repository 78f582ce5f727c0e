import { expect } from "chai";
import { parseProbabilities } from "../../../functions/shared/probabilities";
import { errorOf } from "../support/errors";

const CLASSES = ["bicycle", "motorcycle", "pickup_truck"];

describe("probabilities", () => {
  it("come with the names of their classes, in label order", () => {
    // Act
    const scores = parseProbabilities([0.7, 0.2, 0.1], CLASSES);

    // Assess
    expect(scores).to.deep.equal([
      { name: "bicycle", score: 0.7 },
      { name: "motorcycle", score: 0.2 },
      { name: "pickup_truck", score: 0.1 },
    ]);
  });

  it("may miss a sum of 1 by the rounding of 32-bit floating point", () => {
    expect(parseProbabilities([0.70002, 0.2, 0.1], CLASSES)).to.have.length(3);
  });

  for (const [fault, value, message] of [
    ["too few", [0.5, 0.5], "found 2 values"],
    ["too many", [0.25, 0.25, 0.25, 0.25], "found 4 values"],
    ["none", [], "found 0 values"],
    ["an object", { prediction: [0.7, 0.2, 0.1] }, 'found {"prediction":[0.7,0.2,0.1]}'],
    ["a list of lists", [[0.7, 0.2, 0.1]], "found 1 values"],
    ["text", ["0.7", 0.2, 0.1], 'found "0.7" for bicycle'],
    ["null, as JSON writes NaN", [0.7, null, 0.1], "found null for motorcycle"],
    ["NaN", [0.7, NaN, 0.1], "for motorcycle"],
    ["less than 0", [1.2, -0.1, -0.1], "found 1.2 for bicycle"],
    ["a sum below 1", [0.2, 0.2, 0.2], "and not 1"],
    ["a sum above 1", [0.9, 0.9, 0.9], "and not 1"],
    ["a sum off by more than rounding", [0.702, 0.2, 0.1], "and not 1"],
  ] as const) {
    it(`are refused if they are ${fault}`, async () => {
      // Act
      const error = await errorOf(() => parseProbabilities(value, CLASSES));

      // Assess
      expect(error.name).to.equal("MalformedInferenceError");
      expect(error.message).to.include(message).and.include("bicycle, motorcycle, pickup_truck");
    });
  }
});
