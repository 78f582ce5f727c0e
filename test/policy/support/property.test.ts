import { unknownCheckingProxy } from "@pulumi/policy";
import { expect } from "chai";
import { Property } from "../../../policy/support/property";
import { UNKNOWN } from "../../support/policy";

const isOne = (value: unknown) => value === 1;

function property(props: Record<string, unknown>): Property {
  return Property.of(unknownCheckingProxy(props) as Record<string, unknown>);
}

describe("policy support Property", () => {
  it("tells absent, known and unknown apart", () => {
    // Prepare
    const props = property({ known: 1, unknown: UNKNOWN, none: null });
    const states = (key: string) => {
      const { isAbsent, isUnknown } = props.at(key);
      return { isAbsent, isUnknown };
    };

    // Assess
    expect(states("known")).to.deep.equal({ isAbsent: false, isUnknown: false });
    expect(states("unknown")).to.deep.equal({ isAbsent: false, isUnknown: true });
    expect(states("none")).to.deep.equal({ isAbsent: true, isUnknown: false });
    expect(states("missing")).to.deep.equal({ isAbsent: true, isUnknown: false });
  });

  it("holds the unknown innocent, and the absent only of what is forbidden", () => {
    const props = property({ right: 1, wrong: 2, unknown: UNKNOWN });
    const requirements = ["right", "wrong", "unknown", "missing"].map((key) => [
      props.at(key).mayBe(isOne),
      props.at(key).is(isOne),
    ]);
    expect(requirements).to.deep.equal([
      [true, true],
      [false, false],
      [true, false],
      [false, false],
    ]);
  });

  it("is unknown inside of the unknown, and absent inside of what has no parts", () => {
    const props = property({ unknown: UNKNOWN, text: "text", list: [] });
    expect(props.at("unknown").at("a").at("b").isUnknown).to.equal(true);
    expect(props.at("text").at("length").isAbsent).to.equal(true);
    expect(props.at("list").at("0").isAbsent).to.equal(true);
    expect(props.at("toString").isAbsent).to.equal(true);
  });

  it("passes on whatever else goes wrong when a value is read", () => {
    const props = Object.defineProperty({}, "broken", {
      enumerable: true,
      get: () => {
        throw new RangeError("a bug");
      },
    });
    expect(() => Property.of(props).at("broken")).to.throw(RangeError, "a bug");
  });

  it("matches known texts only", () => {
    const props = property({ text: "abc", other: "xyz", number: 1, unknown: UNKNOWN });
    const matching = ["text", "other", "number", "unknown", "missing"].filter((key) =>
      props.at(key).matches(/^[abc1]+$/),
    );
    expect(matching).to.deep.equal(["text"]);
  });

  it("takes a single element for a list of one", () => {
    const props = property({ one: "a", many: ["a", "b"], none: [], unknown: UNKNOWN });
    const paths = (key: string) =>
      props
        .at(key)
        .itemsOrSelf()
        .map(({ path }) => path);
    expect(paths("one")).to.deep.equal(["one"]);
    expect(paths("many")).to.deep.equal(["many[0]", "many[1]"]);
    for (const key of ["none", "unknown", "missing"]) {
      expect(paths(key)).to.deep.equal([]);
    }
  });

  it("reads the document in a text, or the one that is there without", () => {
    const props = property({ text: '{"a":1}', object: { a: 1 }, broken: "{", unknown: UNKNOWN });
    expect(props.at("text").json().at("a").is(isOne)).to.equal(true);
    expect(props.at("text").json().at("a").path).to.equal("text.a");
    expect(props.at("object").json().at("a").is(isOne)).to.equal(true);
    expect(props.at("broken").json().isAbsent).to.equal(true);
    expect(props.at("unknown").json().isUnknown).to.equal(true);
  });

  it("reads a document once, however many ask for it", () => {
    // Prepare
    const text = JSON.stringify({ Statement: [{ Sid: "read-once" }] });
    const { parse } = JSON;
    const read: string[] = [];
    JSON.parse = (document: string) => {
      read.push(document);
      return parse(document) as unknown;
    };

    // Act
    try {
      for (const props of [{ policy: text }, { policy: text }, { policy: text }]) {
        expect(Property.of(props).at("policy").json().at("Statement").items()).to.have.length(1);
      }
    } finally {
      JSON.parse = parse;
    }

    // Assess
    expect(read).to.deep.equal([text]);
  });

  it("lists what is known and names where it is", () => {
    // Prepare
    const props = property({ list: [{ a: 1 }, UNKNOWN], map: { x: UNKNOWN }, unknown: UNKNOWN });

    // Assess
    expect(
      props
        .at("list")
        .items()
        .map((item) => [item.path, item.isUnknown]),
    ).to.deep.equal([
      ["list[0]", false],
      ["list[1]", true],
    ]);
    expect(props.at("list").items()[0]?.at("a").path).to.equal("list[0].a");
    expect(
      props
        .at("map")
        .entries()
        .map(([key, { path }]) => [key, path]),
    ).to.deep.equal([["x", "map.x"]]);
    expect(props.at("unknown").items()).to.deep.equal([]);
    expect(props.at("map").items()).to.deep.equal([]);
  });

  it("takes the unknown for a block that may be repeated", () => {
    const props = property({ one: {}, many: [{}, {}], none: [], unknown: UNKNOWN });
    const counts = ["one", "many", "none", "unknown", "missing"].map(
      (key) => props.at(key).blocks().length,
    );
    expect(counts).to.deep.equal([1, 2, 0, 1, 0]);
  });

  it("finds what is under a path, in lists on the way and at its end", () => {
    // Prepare
    const props = property({
      one: { two: { three: 1 } },
      lists: [{ two: [{ three: 1 }, { three: UNKNOWN }] }, { two: [] }, { other: 1 }],
      ends: { in: ["a", UNKNOWN] },
      text: "text",
      unknown: UNKNOWN,
    });
    const found = (path: string) =>
      props.within(path).map((each) => [each.path, each.isUnknown ? "unknown" : "known"]);

    // Assess
    expect(found("one.two.three")).to.deep.equal([["one.two.three", "known"]]);
    expect(found("lists.two.three")).to.deep.equal([
      ["lists[0].two[0].three", "known"],
      ["lists[0].two[1].three", "unknown"],
    ]);
    expect(found("ends.in")).to.deep.equal([
      ["ends.in[0]", "known"],
      ["ends.in[1]", "unknown"],
    ]);
    expect(found("unknown.two.three")).to.deep.equal([["unknown.two.three", "unknown"]]);
    for (const path of ["missing.two", "text.two", "one.missing", "one.two.three.four"]) {
      expect(found(path), path).to.deep.equal([]);
    }
  });

  it("finds what has no parts, at any depth", () => {
    // Prepare
    const props = property({
      map: { text: "a", list: [1, { deep: UNKNOWN }, []], none: null, empty: {} },
      text: "a",
      unknown: UNKNOWN,
    });
    const leaves = (key: string) =>
      props
        .at(key)
        .leaves()
        .map(({ path, isAbsent, isUnknown }) => [
          path,
          isUnknown ? "unknown" : isAbsent ? "absent" : "known",
        ]);

    // Assess
    expect(leaves("map")).to.deep.equal([
      ["map.text", "known"],
      ["map.list[0]", "known"],
      ["map.list[1].deep", "unknown"],
      ["map.none", "absent"],
    ]);
    expect(leaves("text")).to.deep.equal([["text", "known"]]);
    expect(leaves("unknown")).to.deep.equal([["unknown", "unknown"]]);
    expect(leaves("missing")).to.deep.equal([["missing", "absent"]]);
  });

  it("tells maps from all else", () => {
    const props = property({ map: {}, list: [], text: "text", none: null, unknown: UNKNOWN });
    const maps = ["map", "list", "text", "none", "unknown", "missing"].filter(
      (key) => props.at(key).isMap,
    );
    expect(maps).to.deep.equal(["map"]);
  });
});
