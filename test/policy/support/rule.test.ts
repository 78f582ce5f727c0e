import { expect } from "chai";
import { onEach, onTypes } from "../../../policy/support/rule";

describe("policy support rules of types", () => {
  for (const [title, on] of [
    ["one resource", onTypes],
    ["a stack", onEach],
  ] as const) {
    it(`tell the SDK which one a rule on ${title} is about, as resource classes do`, () => {
      const check = () => undefined;
      expect(on(["aws:kms/key:Key"], check)).to.have.property("__pulumiType", "aws:kms/key:Key");
      expect(on(["a:b:C", "a:b:D"], check)).to.not.have.property("__pulumiType");
    });
  }
});
