import { expect } from "chai";
import { insteadOf } from "../../../policy/support/names";

describe("what there is in place of a misspelt name", () => {
  const known = ["allowed", "percentage", "s3-bucket-require-tls"];

  for (const [name, nearest] of [
    ["alowed", "allowed"],
    ["Allowed", "allowed"],
    ["percent", "percentage"],
    ["s3-bucket-require-ssl", "s3-bucket-require-tls"],
  ] as const) {
    it(`is "${nearest}" for "${name}"`, () => {
      expect(insteadOf(name, known)).to.equal(`did you mean "${nearest}"?`);
    });
  }

  it("is all of them for a name that is like none", () => {
    expect(insteadOf("frequency", known)).to.equal(`there is: ${known.join(", ")}`);
  });
});
