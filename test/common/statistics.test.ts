import { expect } from "chai";
import { histogram, percentile, spread, wilsonInterval } from "../../common/statistics";

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
    expect(percentile([], 0.5)).to.be.NaN;
  });

  it("spread is that of all the values there are", () => {
    expect(spread([2, 4, 4, 4, 5, 5, 7, 9])).to.deep.equal({ mean: 5, standardDeviation: 2 });
  });

  it("histogram has a zero where nothing is", () => {
    expect(histogram([0.9], 3)).to.deep.equal([0, 0, 1]);
  });

  it("histogram counts each value once, the ends included", () => {
    expect(histogram([0, 0.24, 0.25, 0.5, 0.99, 1], 4)).to.deep.equal([2, 1, 1, 2]);
  });
});
