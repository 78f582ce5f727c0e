import { expect } from "chai";
import { enableLogging } from "../../../../policy/sfn/stateMachine/enableLogging";
import { complaints, named, UNKNOWN, withValue, without } from "../../../support/policy";
import { stateMachine } from "./resource";

const LEVEL = "loggingConfiguration.level";
const DESTINATION = "loggingConfiguration.logDestination";
const OFF = `Executions are not logged: set \`${LEVEL}\` to ERROR or ALL.`;
const NOWHERE = `The logs go nowhere: set \`${DESTINATION}\` to the ARN of a log group.`;

describe("policy sfn/stateMachine/enableLogging", () => {
  for (const level of ["ALL", "ERROR", UNKNOWN]) {
    it(`accepts the level ${named(level)}`, async () => {
      const mutant = withValue(stateMachine, LEVEL, level);
      expect(await complaints(enableLogging, mutant)).to.deep.equal([]);
    });
  }

  for (const [title, mutant, expected] of [
    ["switched off", withValue(stateMachine, LEVEL, "OFF"), [OFF]],
    ["kept to what is fatal", withValue(stateMachine, LEVEL, "FATAL"), [OFF]],
    ["at a level of another type", withValue(stateMachine, LEVEL, 1), [OFF]],
    ["at level null", withValue(stateMachine, LEVEL, null), [OFF]],
    ["at no level", without(stateMachine, LEVEL), [OFF]],
    ["to nowhere", without(stateMachine, DESTINATION), [NOWHERE]],
    ["to an empty destination", withValue(stateMachine, DESTINATION, ""), [NOWHERE]],
    ["not configured", without(stateMachine, "loggingConfiguration"), [OFF, NOWHERE]],
  ] as const) {
    it(`refuses logging ${title}, naming the property and the fix`, async () => {
      expect(await complaints(enableLogging, mutant)).to.deep.equal(expected);
    });
  }

  for (const path of [DESTINATION, "loggingConfiguration"]) {
    it(`leaves an unknown ${path} to the update`, async () => {
      const mutant = withValue(stateMachine, path, UNKNOWN);
      expect(await complaints(enableLogging, mutant)).to.deep.equal([]);
    });
  }
});
