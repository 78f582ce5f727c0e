import { expect } from "chai";
import fc from "fast-check";
import { SortedKeys } from "../../../../../local/cloud/services/s3/sortedKeys";

describe("the keys of a bucket", () => {
  const key = fc.oneof(
    fc.string({ unit: fc.constantFrom("a", "b", "/", "\uffee", "\u{1f6b2}"), maxLength: 4 }),
    fc.string({ maxLength: 4 }),
  );
  const change = fc.record({
    key,
    what: fc.constantFrom("add", "delete", "list"),
  });

  it("are in the order of their UTF-8 bytes, whatever was added, deleted and listed before", () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 60 }), key, (changes, start) => {
        const keys = new SortedKeys();
        const there = new Set<string>();
        const expected = (from: string) =>
          [...there]
            .map((each) => Buffer.from(each))
            .filter((each) => Buffer.compare(each, Buffer.from(from)) >= 0)
            .sort(Buffer.compare.bind(Buffer))
            .map(String);
        for (const { key: each, what } of changes) {
          if (what === "list") {
            expect([...keys.from(each)]).to.deep.equal(expected(each));
          } else if (what === "add" && !there.has(each)) {
            keys.add(each);
            there.add(each);
          } else if (what === "delete" && there.delete(each)) {
            keys.delete(each);
          }
        }
        expect([...keys.from(start)]).to.deep.equal(expected(start));
      }),
    );
  });
});
