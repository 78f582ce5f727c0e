import { expect } from "chai";
import {
  EventBus,
  matchesPattern,
  transform,
  type BusEvent,
} from "../../../../local/cloud/services/eventBus";

const EVENT: BusEvent = {
  source: "aws.s3",
  "detail-type": "Object Created",
  detail: { bucket: { name: "shop" }, object: { key: "in/a b.png", size: 3 } },
};

/** A bus whose failures fail the test. */
function newBus(): EventBus {
  return new EventBus((failure) => {
    throw failure;
  });
}

describe("the event bus", () => {
  it("matches an event that has one of the values at every field of the pattern", () => {
    const cases: readonly [pattern: unknown, matches: boolean][] = [
      [{ source: ["aws.s3"] }, true],
      [{ source: ["aws.ec2", "aws.s3"] }, true],
      [{ source: ["aws.ec2"] }, false],
      [{ detail: { bucket: { name: ["shop"] } } }, true],
      [{ detail: { bucket: { name: ["other"] } } }, false],
      [{ detail: { object: { key: [{ prefix: "in/" }] } } }, true],
      [{ detail: { object: { key: [{ prefix: "out/" }] } } }, false],
      [{ detail: { object: { key: [{ suffix: ".png" }] } } }, true],
      [{ detail: { object: { size: [3] } } }, true],
      [{ detail: { object: { size: [{ numeric: [">", 0, "<=", 3] }] } } }, true],
      [{ detail: { object: { size: [{ numeric: [">", 3] }] } } }, false],
      [{ detail: { object: { key: [{ numeric: ["=", 3] }] } } }, false],
      [{ detail: { object: { key: [{ "anything-but": { suffix: "/" } }] } } }, true],
      [{ detail: { object: { key: [{ "anything-but": { prefix: "in/" } }] } } }, false],
      [{ detail: { object: { key: [{ "anything-but": ["a", "in/a b.png"] }] } } }, false],
      [{ detail: { object: { absent: [{ "anything-but": ["a"] }] } } }, false],
      [{ detail: { $or: [{ object: { size: [4] } }, { bucket: { name: ["shop"] } }] } }, true],
      [{ source: ["aws.s3"], $or: [{ detail: { object: { size: [4] } } }] }, false],
      [{ detail: { object: { size: ["3"] } } }, false],
      [{ detail: { absent: { name: ["shop"] } } }, false],
    ];
    for (const [pattern, matches] of cases) {
      expect(matchesPattern(pattern, EVENT), JSON.stringify(pattern)).to.equal(matches);
    }
  });

  it("refuses a comparison that it does not know", () => {
    expect(() => matchesPattern({ source: [{ wildcard: "aws.*" }] }, EVENT)).to.throw(
      "does not compare by wildcard",
    );
    expect(() =>
      matchesPattern({ detail: { object: { size: [{ numeric: ["~", 3] }] } } }, EVENT),
    ).to.throw("does not compare numbers");
  });

  it("delivers the transformed event to the targets of the matching rules only", () => {
    // Prepare
    const bus = newBus();
    const delivered: unknown[] = [];
    bus.putRule("uploads", JSON.stringify({ detail: { object: { key: [{ prefix: "in/" }] } } }));
    bus.putRule("others", JSON.stringify({ source: ["aws.ec2"] }));
    const deliver = (input: unknown) => void delivered.push(input);
    bus.putTarget({
      rule: "uploads",
      id: "first",
      deliver,
      transformer: {
        inputPaths: { bucket: "$.detail.bucket.name", key: "$.detail.object.key" },
        inputTemplate: '{"bucket": <bucket>, "key": <key>}',
      },
    });
    bus.putTarget({ rule: "others", id: "first", deliver });

    // Act
    bus.put(EVENT);

    // Assess
    expect(delivered).to.deep.equal([{ bucket: "shop", key: "in/a b.png" }]);
  });

  it("does not escape what a template takes out of an event, as EventBridge does not", () => {
    // Prepare
    const transformer = {
      inputPaths: { key: "$.detail.object.key" },
      inputTemplate: '{"key": <key>}',
    };
    const withKey = (key: string): BusEvent => ({ ...EVENT, detail: { object: { key } } });

    // Act and assess
    expect(() => transform(transformer, withKey('in/a "b".png'))).to.throw(SyntaxError);
    expect(transform(transformer, withKey('x", "admin": "yes'))).to.deep.equal({
      key: "x",
      admin: "yes",
    });
  });

  it("delivers the whole event to a target without a transformer", () => {
    // Prepare
    const bus = newBus();
    const delivered: unknown[] = [];
    bus.putRule("all", JSON.stringify({ source: ["aws.s3"] }));
    bus.putTarget({ rule: "all", id: "second", deliver: (input) => void delivered.push(input) });

    // Act
    bus.put(EVENT);

    // Assess
    expect(delivered).to.deep.equal([EVENT]);
  });

  it("tells of a target that fails, not whoever put the event, and goes on", () => {
    // Prepare
    const failures: string[] = [];
    const delivered: unknown[] = [];
    const bus = new EventBus(({ message }) => failures.push(message));
    bus.putRule("all", JSON.stringify({ source: ["aws.s3"] }));
    bus.putTarget({
      rule: "all",
      id: "first",
      deliver: () => {
        throw new Error("not allowed");
      },
    });
    bus.putTarget({ rule: "all", id: "second", deliver: (input) => void delivered.push(input) });

    // Act
    bus.put(EVENT);

    // Assess
    expect(failures).to.deep.equal(["not allowed"]);
    expect(delivered).to.deep.equal([EVENT]);
  });

  it("refuses a target for a rule that is not there", () => {
    expect(() =>
      newBus().putTarget({ rule: "none", id: "first", deliver: () => undefined }),
    ).to.throw("There is no rule none");
  });
});
