import { expect } from "chai";
import { recordingSvg } from "./recording";

/** Texts of the lines, and the second at which each is the last that is shown. */
function played(svg: string) {
  const seconds = Number(/play ([\d.]+)s/.exec(svg)?.[1]);
  return {
    seconds,
    lines: [...svg.matchAll(/<text[^>]*>([^<]*)<\/text/g)].map(([, text]) => text),
    times: [...svg.matchAll(/([\d.]+)%\{transform:translateY/g)].map(
      ([, percent]) => (Number(percent) / 100) * seconds,
    ),
  };
}

describe("a recording for the README", () => {
  it("has every line that was printed, escaped, behind the command", () => {
    const { lines } = played(
      recordingSvg("npm run x", [
        { at: 1, text: "one <b>\ntw" },
        { at: 2, text: "o\n" },
      ]),
    );
    expect(lines).to.deep.equal(["$ npm run x", "one &lt;b&gt;", "two"]);
  });

  it("takes no longer than can be watched, and shows what came at once line by line", () => {
    // Prepare
    const long = Array.from({ length: 30 }, (_, index) => ({ at: index * 10, text: "line\n" }));
    const block = { at: 300, text: "line\n".repeat(50) };

    // Act
    const { seconds, times } = played(recordingSvg("x", [...long, block]));

    // Assess
    expect(seconds).to.be.below(30);
    const gaps = times.slice(1).map((time, index) => time - (times[index] ?? 0));
    expect(Math.min(...gaps.slice(0, -1))).to.be.above(0.05);
  });
});
