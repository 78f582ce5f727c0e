import { expect } from "chai";
import { parseDefinition } from "../../../../../local/cloud/services/stepFunctions/definition";
import type { TaskRunner } from "../../../../../local/cloud/services/stepFunctions/interpreter";
import { run, failing, TASK } from "./support";

describe("an inline map", () => {
  const map = (fields: object, states: Record<string, unknown>) => ({
    Map: {
      Type: "Map",
      ItemProcessor: { StartAt: Object.keys(states)[0], States: states },
      End: true,
      ...fields,
    },
  });

  it("runs the states for each item, and gives the results in the items' order", async () => {
    // Prepare
    const runTask: TaskRunner = async (_resource, parameters) => {
      const { item, index } = parameters as { item: number; index: number };
      await new Promise((resolve) => setTimeout(resolve, 5 * (3 - index)));
      return item * 10;
    };
    const states = map(
      {
        ItemsPath: "$.numbers",
        ItemSelector: {
          "item.$": "$$.Map.Item.Value.number",
          "index.$": "$$.Map.Item.Index",
          "all.$": "$.name",
        },
        ResultPath: "$.tens",
      },
      { Ten: TASK },
    );

    // Act
    const { output } = await run({
      states,
      input: { name: "some", numbers: [{ number: 1 }, { number: 2 }, { number: 3 }] },
      runTask,
    });

    // Assess
    expect(output).to.deep.include({ name: "some", tens: [10, 20, 30] });
  });

  it("runs at most as many at once as it says, and never more than 40", async () => {
    for (const [said, most] of [
      [3, 3],
      [0, 40],
      [100, 40],
    ] as const) {
      // Prepare
      let running = 0;
      let peak = 0;
      const runTask: TaskRunner = async () => {
        running += 1;
        peak = Math.max(peak, running);
        await new Promise((resolve) => setTimeout(resolve, 1));
        running -= 1;
      };

      // Act
      await run({
        states: map({ MaxConcurrency: said }, { Work: TASK }),
        input: Array.from({ length: 60 }, (_, index) => index),
        runTask,
      });

      // Assess
      expect(peak).to.equal(most);
    }
  });

  it("fails with the error of an item, unless that is caught", async () => {
    // Prepare
    const states = map({}, { Work: TASK });
    const caught = {
      Map: {
        ...states.Map,
        Catch: [{ ErrorEquals: ["OddError"], Next: "Caught", ResultPath: "$" }],
      },
      Caught: { Type: "Succeed" },
    };

    // Act
    const failed = await run({ states, input: [1], runTask: failing("OddError") });
    const saved = await run({ states: caught, input: [1], runTask: failing("OddError") });

    // Assess
    expect(failed.error?.name).to.equal("OddError");
    expect(saved.output).to.deep.equal({ Error: "OddError", Cause: "cause of OddError" });
  });

  it("fails if there is no array of items", async () => {
    // Act
    const { error } = await run({ states: map({}, { Work: TASK }), input: { items: [] } });

    // Assess
    expect(error?.name).to.equal("States.Runtime");
    expect(error?.message).to.equal("$ is no array");
  });

  it("is refused with what only a distributed one has, and with a name that is taken", () => {
    // Prepare
    const parse = (states: Record<string, unknown>) => () =>
      parseDefinition(JSON.stringify({ StartAt: "Map", States: states }));

    // Act and assess
    expect(parse(map({ ItemBatcher: { MaxItemsPerBatch: 2 } }, { Work: TASK }))).to.throw(
      "Map is an inline map, which has no ItemBatcher",
    );
    expect(parse(map({}, { Map: TASK }))).to.throw("two states are called Map");
    expect(parse(map({}, { Work: { ...TASK, End: undefined, Next: "Gone" } }))).to.throw(
      "there is no state Gone",
    );
  });
});
