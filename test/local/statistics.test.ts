import { expect } from "chai";
import { percentile, wilsonInterval } from "../../local/statistics";

describe("statistics", () => {
  it("gives the Wilson interval that published tables have", () => {
    // Prepare: 81 of 263, an example of Newcombe (1998), table I.
    // Act
    const { low, high } = wilsonInterval(81, 263);

    // Assess
    expect(low).to.be.closeTo(0.2553, 0.0001);
    expect(high).to.be.closeTo(0.3662, 0.0001);
  });

  it("keeps the interval within 0 and 1 and never empty", () => {
    for (const [successes, trials] of [
      [0, 10],
      [10, 10],
      [1, 1],
      [0, 0],
    ] as const) {
      // Act
      const { low, high } = wilsonInterval(successes, trials);

      // Assess
      expect(low).to.be.at.least(0);
      expect(high).to.be.at.most(1);
      expect(high).to.be.greaterThan(low);
    }
  });

  it("takes the percentile from the values themselves", () => {
    // Prepare
    const values = [5, 1, 4, 2, 3];

    // Act and assess
    expect(percentile(values, 0.5)).to.equal(3);
    expect(percentile(values, 0.95)).to.equal(5);
    expect(percentile(values, 0)).to.equal(1);
    expect(percentile([], 0.5)).to.be.NaN;
  });
});
