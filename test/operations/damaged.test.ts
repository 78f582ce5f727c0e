import { expect } from "chai";
import { damagedLines } from "../../operations/damaged";

describe("what is told of damaged records", () => {
  it("is nothing where there is none", () => {
    expect(damagedLines([])).to.deep.equal([]);
  });

  it("is how many there are, and of each its key and what is wrong, in the order of the keys", () => {
    // Act
    const lines = damagedLines(
      ["b", "c", "a"].map((name) => ({ record: `failed/${name}.json`, problem: "it is no JSON" })),
    );

    // Assess
    expect(lines[0]).to.match(/^3 records cannot be read/);
    expect(lines.slice(1)).to.deep.equal([
      "  failed/a.json: it is no JSON",
      "  failed/b.json: it is no JSON",
      "  failed/c.json: it is no JSON",
    ]);
  });

  it("has nothing in it that a terminal would obey", () => {
    const [count, line] = damagedLines([{ record: "failed/\x1b[2J.json", problem: 'got "\x07"' }]);
    expect(count).to.match(/^1 record cannot be read/);
    expect(line).to.equal('  failed/\\u{1b}[2J.json: got "\\u{7}"');
  });
});
