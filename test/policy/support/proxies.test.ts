import { unknownValue } from "@pulumi/pulumi/runtime/rpc";
import { UnknownValueError, unknownCheckingProxy } from "@pulumi/policy";
import * as sdk from "@pulumi/policy/proxy";
import { expect } from "chai";
import { isUnknownValue, unproxied } from "../../../policy/support/proxies";

describe("policy support proxies", () => {
  const unknown = Object.entries(sdk as Record<string, unknown>)
    .filter(([name]) => /^unknown\w+Value$/.test(name))
    .map(([, value]) => value);

  it("knows each value by which the SDK stands for an unknown one", () => {
    expect(unknown).to.have.length(7).and.to.include(unknownValue);
    for (const value of unknown) {
      expect(isUnknownValue(value)).to.equal(true);
      expect(() => (unknownCheckingProxy({ value }) as { value: unknown }).value).to.throw(
        UnknownValueError,
      );
    }
    expect(isUnknownValue("04da6b54-80e4-46f7-96ec-123456789012")).to.equal(false);
  });

  it("gives what a proxy of the SDK stands for, and everything else as it is", () => {
    const props = { list: [unknownValue] };
    expect(unproxied(unknownCheckingProxy(props))).to.equal(props);
    expect(unproxied(props)).to.equal(props);
    expect(unproxied(null)).to.equal(null);
    expect(unproxied("text")).to.equal("text");
  });
});
