import { expect } from "chai";
import {
  fillTemplate,
  readPath,
  writePath,
} from "../../../../../local/cloud/services/stepFunctions/paths";

const SCOPE = {
  data: { image: { key: "in/a.png" }, scores: [0.1, 0.9], "odd name": 1, "it's {}": 2 },
  context: { Execution: { Input: { key: "in/a.png" } } },
};

const evaluate = (expression: string) =>
  (fillTemplate({ "value.$": expression }, SCOPE) as { value: unknown }).value;

describe("reference paths", () => {
  it("lead into objects, lists, quoted names and the context", () => {
    expect(readPath("$", SCOPE)).to.equal(SCOPE.data);
    expect(readPath("$.image.key", SCOPE)).to.equal("in/a.png");
    expect(readPath("$.scores[1]", SCOPE)).to.equal(0.9);
    expect(readPath("$['odd name']", SCOPE)).to.equal(1);
    expect(readPath("$$.Execution.Input.key", SCOPE)).to.equal("in/a.png");
  });

  it("are refused when they lead nowhere, or are no reference paths", () => {
    for (const path of ["$.absent", "$.scores[7]", "$.image.key.length", "$..key", "$.scores[*]"]) {
      expect(() => readPath(path, SCOPE), path)
        .to.throw()
        .with.property("name", "States.Runtime");
    }
  });

  it("filter the objects of a list by a text", () => {
    // Prepare
    const list = [{ verdict: "failed", n: 1 }, { verdict: "accepted" }, 3, { verdict: "failed" }];
    const scope = { data: { list, one: {} }, context: {} };

    // Act and assess
    expect(readPath("$.list[?(@.verdict == 'failed')]", scope)).to.deep.equal([list[0], list[3]]);
    expect(readPath("$.one[?(@.verdict == 'failed')]", scope)).to.deep.equal([]);
    expect(() => readPath("$.absent[?(@.verdict == 'failed')]", scope)).to.throw("$.absent");
  });

  it("write into a copy and make what is missing on the way", () => {
    // Prepare
    const data = { kept: 1 };

    // Act
    const written = writePath("$.a.b", data, 2);

    // Assess
    expect(written).to.deep.equal({ kept: 1, a: { b: 2 } });
    expect(data).to.deep.equal({ kept: 1 });
    expect(writePath("$", data, 3)).to.equal(3);
    expect(writePath(null, data, 3)).to.equal(data);
  });
});

describe("intrinsic functions", () => {
  it("format text, escaped quotes included", () => {
    expect(evaluate("States.Format('review/{}.json', $.image.key)")).to.equal(
      "review/in/a.png.json",
    );
    expect(evaluate("States.Format('it\\'s {} of {}', 1, $.scores)")).to.equal(
      "it's 1 of [0.1,0.9]",
    );
  });

  it("nest", () => {
    expect(evaluate("States.StringToJson(States.JsonToString($.scores))")).to.deep.equal([
      0.1, 0.9,
    ]);
    expect(evaluate("States.Array(1, true, null, 'x')")).to.deep.equal([1, true, null, "x"]);
  });

  it("are refused by name when they are not there, and when they are cut short", () => {
    expect(() => evaluate("States.MathRandom('a', 'MD5')")).to.throw("States.MathRandom");
    expect(() => evaluate("States.Format('a'"))
      .to.throw()
      .with.property("name", "States.Runtime");
  });
});
