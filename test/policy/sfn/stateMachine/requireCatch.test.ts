import { expect } from "chai";
import { requireCatch } from "../../../../policy/sfn/stateMachine/requireCatch";
import { complaints, judge, UNKNOWN, withValue, without } from "../../../support/policy";
import { stateMachine, task } from "./resource";

function withStates(states: unknown) {
  return withValue(stateMachine, "definition", JSON.stringify({ States: states }));
}

const complaint = (path: string) =>
  `A task fails unnoticed: add an entry for States.ALL to \`definition.${path}.Catch\`.`;
const careless = { ...task, Catch: undefined };

describe("policy sfn/stateMachine/requireCatch", () => {
  it("accepts a state machine whose task catches all errors, and states that are no tasks", async () => {
    expect(await complaints(requireCatch, stateMachine)).to.deep.equal([]);
    expect(await complaints(requireCatch, withStates({ Wait: { Type: "Wait" } }))).to.deep.equal(
      [],
    );
  });

  for (const [title, state] of [
    ["after one error of its own", { ...task, Catch: [{ ErrorEquals: ["Own"] }, task.Catch[0]] }],
  ] as const) {
    it(`accepts a task that catches all errors ${title}`, async () => {
      expect(await complaints(requireCatch, withStates({ Step: state }))).to.deep.equal([]);
    });
  }

  for (const [title, state] of [
    ["that catches one error only", { ...task, Catch: [{ ErrorEquals: ["States.Timeout"] }] }],
    ["with an empty list", { ...task, Catch: [] }],
    ["with a list of another type", { ...task, Catch: "States.ALL" }],
    ["with null", { ...task, Catch: null }],
    ["with nothing", { ...task, Catch: undefined }],
  ] as const) {
    it(`refuses a task ${title}, naming the property and the fix`, async () => {
      const mutant = withStates({ Good: task, Step: state });
      expect(await complaints(requireCatch, mutant)).to.deep.equal([complaint("States.Step")]);
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
      expect(await complaints(requireCatch, withStates({ Outer: state }))).to.deep.equal([
        complaint(`States.Outer.${path}.States.Step`),
      ]);
    });
  }

  const everyError = [{ ErrorEquals: ["States.ALL"], Next: "Failed" }];
  const mapOf = (own: object) => ({
    Type: "Map",
    ItemProcessor: { States: { Step: careless } },
    Catch: everyError,
    ...own,
  });

  for (const [title, own] of [
    ["tolerates nothing", {}],
    ["tolerates no percentage", { ToleratedFailurePercentage: 0 }],
    ["tolerates no number", { ToleratedFailureCount: 0 }],
  ] as const) {
    it(`accepts a task in a map that catches its errors and ${title}`, async () => {
      expect(await complaints(requireCatch, withStates({ Each: mapOf(own) }))).to.deep.equal([]);
    });
  }

  for (const [title, own] of [
    ["all failures", { ToleratedFailurePercentage: 100 }],
    ["a few failures", { ToleratedFailureCount: 3 }],
    ["as many as the input says", { ToleratedFailurePercentagePath: "$.tolerated" }],
    ["as many as an expression says", { ToleratedFailureCount: "{% $tolerated %}" }],
  ] as const) {
    it(`refuses a task in a map that tolerates ${title}, which then fail without its Catch`, async () => {
      const around = { Type: "Parallel", Branches: [{ States: { Each: mapOf(own) } }] };
      for (const [state, path] of [
        [mapOf(own), "States.Outer"],
        [{ ...around, Catch: everyError }, "States.Outer.Branches[0].States.Each"],
      ] as const) {
        expect(await complaints(requireCatch, withStates({ Outer: state }))).to.deep.equal([
          complaint(`${path}.ItemProcessor.States.Step`),
        ]);
      }
    });
  }

  it("says that an unknown definition is left to the update", async () => {
    const { notApplicable } = await judge(
      requireCatch,
      withValue(stateMachine, "definition", UNKNOWN),
    );
    expect(notApplicable).to.equal(
      "`definition` is not known yet: the update judges it before it creates",
    );
  });

  it("leaves a definition that is none to the service, which refuses it", async () => {
    expect(
      await complaints(requireCatch, withValue(stateMachine, "definition", "{")),
    ).to.deep.equal([]);
    expect(await complaints(requireCatch, without(stateMachine, "definition"))).to.deep.equal([]);
  });
});
