import { expect } from "chai";
import { similarNames } from "../../common/similarNames";

const KNOWN = ["epochs", "batchSize", "learningRate", "learningRateSteps", "psi"];

describe("similarNames", () => {
  for (const [name, meant] of [
    ["epoch", ["epochs"]],
    ["EPOCHS", ["epochs"]],
    ["batch_size", ["batchSize"]],
    ["learningrate", ["learningRate"]],
    ["lerningRateStep", ["learningRateSteps"]],
    ["colour", []],
  ] as const) {
    it(`finds ${meant.join(", ") || "nothing"} for ${name}`, () => {
      expect(similarNames(name, KNOWN)).to.deep.equal(meant);
    });
  }

  it("finds all that are equally near, and nothing among no names", () => {
    expect(similarNames("cat", ["bat", "rat", "carts"])).to.deep.equal(["bat", "rat"]);
    expect(similarNames("cat", [])).to.deep.equal([]);
  });
});
