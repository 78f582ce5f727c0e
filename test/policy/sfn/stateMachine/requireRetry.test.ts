import { expect } from "chai";
import { requireRetry } from "../../../../policy/sfn/stateMachine/requireRetry";
import { complaints, judge, UNKNOWN, withValue, without } from "../../../support/policy";
import { stateMachine, task } from "./resource";

function withStates(states: unknown) {
  return withValue(stateMachine, "definition", JSON.stringify({ States: states }));
}

const complaint = (path: string) =>
  `A task is never tried again: add an entry to \`definition.${path}.Retry\`.`;
const careless = { ...task, Retry: undefined };

describe("policy sfn/stateMachine/requireRetry", () => {
  it("accepts a state machine whose task is tried again, and states that are no tasks", async () => {
    expect(await complaints(requireRetry, stateMachine)).to.deep.equal([]);
    expect(await complaints(requireRetry, withStates({ Wait: { Type: "Wait" } }))).to.deep.equal(
      [],
    );
  });

  for (const [title, state] of [
    ["three times, without saying so", { ...task, Retry: [{ ErrorEquals: ["States.ALL"] }] }],
    [
      "for one error of two",
      { ...task, Retry: [{ ...task.Retry[0], MaxAttempts: 0 }, task.Retry[0]] },
    ],
  ] as const) {
    it(`accepts a task that is tried again ${title}`, async () => {
      expect(await complaints(requireRetry, withStates({ Step: state }))).to.deep.equal([]);
    });
  }

  for (const [title, state] of [
    [
      "that is tried zero times",
      { ...task, Retry: [{ ErrorEquals: ["States.ALL"], MaxAttempts: 0 }] },
    ],
    ["with an empty list", { ...task, Retry: [] }],
    ["with a list of another type", { ...task, Retry: "States.ALL" }],
    ["with null", { ...task, Retry: null }],
    ["with nothing", { ...task, Retry: undefined }],
  ] as const) {
    it(`refuses a task ${title}, naming the property and the fix`, async () => {
      const mutant = withStates({ Good: task, Step: state });
      expect(await complaints(requireRetry, mutant)).to.deep.equal([complaint("States.Step")]);
    });
  }

  for (const [title, state, path] of [
    [
      "a branch",
      { Type: "Parallel", Branches: [{ States: {} }, { States: { Step: careless } }] },
      "Branches[1]",
    ],
    ["a map", { Type: "Map", ItemProcessor: { States: { Step: careless } } }, "ItemProcessor"],
    ["a map as they were", { Type: "Map", Iterator: { States: { Step: careless } } }, "Iterator"],
  ] as const) {
    it(`finds tasks inside of ${title}`, async () => {
      expect(await complaints(requireRetry, withStates({ Outer: state }))).to.deep.equal([
        complaint(`States.Outer.${path}.States.Step`),
      ]);
    });
  }

  it("says that an unknown definition is left to the update", async () => {
    const { notApplicable } = await judge(
      requireRetry,
      withValue(stateMachine, "definition", UNKNOWN),
    );
    expect(notApplicable).to.equal(
      "`definition` is not known yet: the update judges it before it creates",
    );
  });

  it("leaves a definition that is none to the service, which refuses it", async () => {
    expect(
      await complaints(requireRetry, withValue(stateMachine, "definition", "{")),
    ).to.deep.equal([]);
    expect(await complaints(requireRetry, without(stateMachine, "definition"))).to.deep.equal([]);
  });
});
