import { expect } from "chai";
import { enableTracing } from "../../../../policy/sfn/stateMachine/enableTracing";
import { complaints, UNKNOWN, withValue, without } from "../../../support/policy";
import { stateMachine } from "./resource";

const ENABLED = "tracingConfiguration.enabled";

describe("policy sfn/stateMachine/enableTracing", () => {
  it("accepts a traced state machine", async () => {
    expect(await complaints(enableTracing, stateMachine)).to.deep.equal([]);
  });

  for (const [title, mutant] of [
    ["off", withValue(stateMachine, ENABLED, false)],
    ["text", withValue(stateMachine, ENABLED, "true")],
    ["null", withValue(stateMachine, ENABLED, null)],
    ["not set", without(stateMachine, ENABLED)],
    ["not configured", without(stateMachine, "tracingConfiguration")],
  ] as const) {
    it(`refuses tracing that is ${title}, naming the property and the fix`, async () => {
      expect(await complaints(enableTracing, mutant)).to.deep.equal([
        `Executions are not traced: set \`${ENABLED}\` to true.`,
      ]);
    });
  }

  for (const path of [ENABLED, "tracingConfiguration"]) {
    it(`leaves an unknown ${path} to the update`, async () => {
      const mutant = withValue(stateMachine, path, UNKNOWN);
      expect(await complaints(enableTracing, mutant)).to.deep.equal([]);
    });
  }
});
