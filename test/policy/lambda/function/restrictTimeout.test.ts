import { expect } from "chai";
import { restrictTimeout } from "../../../../policy/lambda/function/restrictTimeout";
import { complaints, UNKNOWN, withValue, without } from "../../../support/policy";
import { lambdaFunction } from "./resource";

describe("policy lambda/function/restrictTimeout", () => {
  for (const [title, mutant] of [
    ["a second", withValue(lambdaFunction, "timeout", 1)],
    ["five minutes", withValue(lambdaFunction, "timeout", 300)],
    ["the three seconds of a function that says nothing", without(lambdaFunction, "timeout")],
    ["a time that a preview does not know", withValue(lambdaFunction, "timeout", UNKNOWN)],
  ] as const) {
    it(`accepts ${title}`, async () => {
      expect(await complaints(restrictTimeout, mutant)).to.deep.equal([]);
    });
  }

  for (const timeout of [301, 900, 0, "30"]) {
    it(`refuses ${JSON.stringify(timeout)}, naming the property and the fix`, async () => {
      const mutant = withValue(lambdaFunction, "timeout", timeout);
      expect(await complaints(restrictTimeout, mutant)).to.deep.equal([
        "The function may run for too long: set `timeout` to 1 to 300 seconds.",
      ]);
    });
  }

  it("accepts a durable function whose executions end within a day, or at an unknown time", async () => {
    for (const executionTimeout of [3600, 86_400, UNKNOWN]) {
      const mutant = withValue(lambdaFunction, "durableConfig", { executionTimeout });
      expect(await complaints(restrictTimeout, mutant)).to.deep.equal([]);
    }
  });

  it("refuses a durable function whose executions last for a year", async () => {
    const mutant = withValue(lambdaFunction, "durableConfig", { executionTimeout: 31_622_400 });
    expect(await complaints(restrictTimeout, mutant)).to.deep.equal([
      "An execution may last for too long: set `durableConfig.executionTimeout` to 1 to 86400 seconds.",
    ]);
  });

  it("takes the maximum from the policy's config", async () => {
    expect(await complaints(restrictTimeout, lambdaFunction, { maximum: 29 })).to.have.length(1);
    expect(await complaints(restrictTimeout, lambdaFunction, { maximum: 30 })).to.deep.equal([]);
  });
});
