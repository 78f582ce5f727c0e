import { expect } from "chai";
import { enableTracing } from "../../../../policy/lambda/function/enableTracing";
import { complaints, UNKNOWN, withValue, without } from "../../../support/policy";
import { lambdaFunction } from "./resource";

describe("policy lambda/function/enableTracing", () => {
  it("accepts a traced function", async () => {
    expect(await complaints(enableTracing, lambdaFunction)).to.deep.equal([]);
  });

  for (const [title, mutant] of [
    ["left to the caller", withValue(lambdaFunction, "tracingConfig.mode", "PassThrough")],
    ["of another type", withValue(lambdaFunction, "tracingConfig.mode", true)],
    ["null", withValue(lambdaFunction, "tracingConfig.mode", null)],
    ["without a mode", without(lambdaFunction, "tracingConfig.mode")],
    ["not configured", without(lambdaFunction, "tracingConfig")],
  ] as const) {
    it(`refuses tracing ${title}, naming the property and the fix`, async () => {
      expect(await complaints(enableTracing, mutant)).to.deep.equal([
        "Invocations are not traced: set `tracingConfig.mode` to Active.",
      ]);
    });
  }

  for (const path of ["tracingConfig.mode", "tracingConfig"]) {
    it(`leaves an unknown ${path} to the update`, async () => {
      const mutant = withValue(lambdaFunction, path, UNKNOWN);
      expect(await complaints(enableTracing, mutant)).to.deep.equal([]);
    });
  }
});
