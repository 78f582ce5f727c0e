import { expect } from "chai";
import { isLike } from "../../../policy/support/glob";

describe("a form with wildcards", () => {
  for (const [text, form] of [
    ["", ""],
    ["", "*"],
    ["abc", "a*c"],
    ["abc", "a?c"],
    ["abcbc", "*bc"],
    ["a*c", "a*c"],
    ["abc", "**"],
  ] as const) {
    it(`${JSON.stringify(form)} stands for ${JSON.stringify(text)}`, () => {
      expect(isLike(text, form)).to.equal(true);
    });
  }

  for (const [text, form] of [
    ["abc", ""],
    ["", "?"],
    ["abc", "ab"],
    ["abc", "a?"],
    ["abc", "*b"],
    ["abc", "b*"],
    ["a+c", "a.c"],
  ] as const) {
    it(`${JSON.stringify(form)} does not stand for ${JSON.stringify(text)}`, () => {
      expect(isLike(text, form)).to.equal(false);
    });
  }
});
