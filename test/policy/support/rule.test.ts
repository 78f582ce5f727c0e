import { expect } from "chai";
import { onTypes } from "../../../policy/support/rule";

describe("policy support onTypes", () => {
  it("tells the SDK which type a rule on one type is about, as resource classes do", () => {
    const check = () => undefined;
    const one = onTypes(["aws:kms/key:Key"], check);
    expect(one).to.have.property("__pulumiType", "aws:kms/key:Key");
    expect(onTypes(["a:b:C", "a:b:D"], check)).to.not.have.property("__pulumiType");
  });
});
