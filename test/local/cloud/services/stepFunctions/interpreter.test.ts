import { expect } from "chai";
import { parseDefinition } from "../../../../../local/cloud/services/stepFunctions/definition";
import { run, failing, TASK } from "./support";

describe("the interpreter of state machines", () => {
  it("gives a task its filled parameters and selects what goes on", async () => {
    // Prepare
    const calls: unknown[] = [];

    // Act
    const { output } = await run({
      states: {
        Call: {
          ...TASK,
          InputPath: "$.inner",
          Parameters: { "name.$": "$.name", "run.$": "$$.Execution.Name", fixed: 1 },
          ResultSelector: { "answer.$": "$.Payload" },
          ResultPath: "$.result",
          OutputPath: "$.result",
        },
      },
      input: { inner: { name: "a" } },
      runTask: (resource, parameters) => {
        calls.push([resource, parameters]);
        return Promise.resolve({ Payload: 42 });
      },
    });

    // Assess
    expect(calls).to.deep.equal([[TASK.Resource, { name: "a", run: "run", fixed: 1 }]]);
    expect(output).to.deep.equal({ answer: 42 });
  });

  it("keeps the input when the result is dropped", async () => {
    const { output } = await run({
      states: { Call: { ...TASK, ResultPath: null } },
      input: { kept: true },
      runTask: () => Promise.resolve("dropped"),
    });

    expect(output).to.deep.equal({ kept: true });
  });

  it("retries with growing, bounded, jittered pauses", async () => {
    // Prepare
    const retrier = {
      ErrorEquals: ["Busy"],
      IntervalSeconds: 2,
      BackoffRate: 3,
      MaxAttempts: 4,
      MaxDelaySeconds: 10,
      JitterStrategy: "FULL",
    };

    // Act
    const { output, pauses } = await run({
      states: { Call: { ...TASK, Retry: [retrier] } },
      runTask: failing("Busy", "Busy", "Busy"),
    });

    // Assess: 2, 6 and 18 seconds, the last cut to 10, all halved by the jitter.
    expect(output).to.equal("done");
    expect(pauses).to.deep.equal([1000, 3000, 5000]);
  });

  it("gives up after the last attempt, and fails with the error's name and cause", async () => {
    const { error, pauses } = await run({
      states: { Call: { ...TASK, Retry: [{ ErrorEquals: ["Busy"], MaxAttempts: 1 }] } },
      runTask: failing("Busy", "Busy"),
    });

    expect(error).to.include({ name: "Busy", message: "cause of Busy" });
    expect(pauses).to.have.length(1);
  });

  it("counts the attempts of each retrier by itself", async () => {
    const { output } = await run({
      states: {
        Call: {
          ...TASK,
          Retry: [
            { ErrorEquals: ["Busy"], MaxAttempts: 1 },
            { ErrorEquals: ["Slow"], MaxAttempts: 1 },
          ],
        },
      },
      runTask: failing("Busy", "Slow"),
    });

    expect(output).to.equal("done");
  });

  it("catches by the first matching name and notes error and cause", async () => {
    const { output, visited } = await run({
      states: {
        Call: {
          ...TASK,
          Catch: [
            { ErrorEquals: ["Other"], Next: "Wrong" },
            { ErrorEquals: ["States.ALL"], ResultPath: "$.error", Next: "Right" },
          ],
        },
        Wrong: { Type: "Fail" },
        Right: { Type: "Pass", End: true },
      },
      input: { image: "a" },
      runTask: failing("Broken"),
    });

    expect(output).to.deep.equal({
      image: "a",
      error: { Error: "Broken", Cause: "cause of Broken" },
    });
    expect(visited).to.deep.equal(["Call", "Right"]);
  });

  it("does not let States.ALL catch what the service never lets it catch", async () => {
    for (const name of ["States.DataLimitExceeded", "States.Runtime"]) {
      const { error } = await run({
        states: {
          Call: { ...TASK, Catch: [{ ErrorEquals: ["States.ALL"], Next: "Right" }] },
          Right: { Type: "Succeed" },
        },
        runTask: failing(name),
      });

      expect(error).to.include({ name });
    }
  });

  it("lets States.TaskFailed stand for every task error but a timeout", async () => {
    const states = {
      Call: { ...TASK, Retry: [{ ErrorEquals: ["States.TaskFailed"], MaxAttempts: 1 }] },
    };

    expect(await run({ states, runTask: failing("Broken") })).to.include({ output: "done" });
    const { error } = await run({ states, runTask: failing("States.Timeout") });
    expect(error).to.include({ name: "States.Timeout" });
  });

  it("ends a task that takes too long with States.Timeout", async () => {
    const { error } = await run({
      states: { Call: { ...TASK, TimeoutSeconds: 1 } },
      runTask: () => new Promise(() => undefined),
    });

    expect(error).to.include({ name: "States.Timeout" });
  });

  it("ends an execution that takes too long with States.Timeout", async () => {
    const { error } = await run({
      states: { Call: TASK },
      timeoutSeconds: 1,
      runTask: () => new Promise(() => undefined),
    });

    expect(error).to.include({ name: "States.Timeout" });
  });

  it("follows the first choice that matches, or the default", async () => {
    // Prepare
    const states = {
      Choose: {
        Type: "Choice",
        Choices: [
          { Variable: "$.verdict", StringEquals: "yes", Next: "Yes" },
          { Variable: "$.score", NumericGreaterThanEquals: 0.5, Next: "High" },
          {
            And: [
              { Variable: "$.count", IsPresent: true },
              { Variable: "$.count", NumericEqualsPath: "$.score" },
            ],
            Next: "Equal",
          },
          {
            And: [
              { Variable: "$.extra", IsPresent: true },
              { Variable: "$.extra", IsString: false },
            ],
            Next: "Extra",
          },
        ],
        Default: "Otherwise",
      },
      Yes: { Type: "Succeed" },
      High: { Type: "Succeed" },
      Equal: { Type: "Succeed" },
      Extra: { Type: "Succeed" },
      Otherwise: { Type: "Succeed" },
    };

    // Act
    const last = async (input: unknown) => (await run({ states, input })).visited.at(-1);

    // Assess
    expect(await last({ verdict: "yes", score: 1 })).to.equal("Yes");
    expect(await last({ verdict: "no", score: 0.5 })).to.equal("High");
    expect(await last({ verdict: "no", score: 0.4, count: 0.4 })).to.equal("Equal");
    expect(await last({ verdict: "no", score: 0.4, count: "0.4" })).to.equal("Otherwise");
    expect(await last({ verdict: "no", score: 0.4, extra: 0 })).to.equal("Extra");
    expect(await last({ verdict: "no", score: 0.4, extra: "text" })).to.equal("Otherwise");
    expect(await last({ verdict: "no", score: 0.4 })).to.equal("Otherwise");
  });

  it("fails when no choice matches and there is no default", async () => {
    const { error } = await run({
      states: {
        Choose: {
          Type: "Choice",
          Choices: [{ Variable: "$.a", BooleanEquals: true, Next: "Yes" }],
        },
        Yes: { Type: "Succeed" },
      },
      input: { a: false },
    });

    expect(error).to.include({ name: "States.NoChoiceMatched" });
  });

  it("fails with the error and cause that a Fail state names", async () => {
    const { error } = await run({
      states: { Stop: { Type: "Fail", ErrorPath: "$.e.Error", CausePath: "$.e.Cause" } },
      input: { e: { Error: "ImageNotFoundError", Cause: "gone" } },
    });

    expect(error).to.include({ name: "ImageNotFoundError", message: "gone" });
  });

  it("refuses data above the service's limit of 256 KiB, quotes included", async () => {
    const answering = (text: string) =>
      run({ states: { Call: TASK }, runTask: () => Promise.resolve(text) });

    const atLimit = await answering("x".repeat(262_142));
    const above = await answering("x".repeat(262_143));

    expect(atLimit.error).to.equal(undefined);
    expect(above.error).to.include({ name: "States.DataLimitExceeded" });
  });

  it("fails with States.Runtime where a path leads nowhere", async () => {
    const { error } = await run({
      states: { Call: { ...TASK, InputPath: "$.absent" } },
      input: {},
    });

    expect(error).to.include({ name: "States.Runtime" });
  });

  it("waits as long as a Wait state says", async () => {
    const { pauses } = await run({ states: { Rest: { Type: "Wait", Seconds: 3, End: true } } });

    expect(pauses).to.deep.equal([3000]);
  });

  it("passes a bug of its own on instead of taking it for a failed state", async () => {
    const { error } = await run({
      states: {
        Call: { ...TASK, Catch: [{ ErrorEquals: ["States.ALL"], Next: "Hidden" }] },
        Hidden: { Type: "Succeed" },
      },
      runTask: () => Promise.reject(new TypeError("bug")),
    });

    expect(error).to.be.instanceOf(TypeError);
  });
});

describe("the definition of a state machine", () => {
  const parse = (definition: unknown) => () => parseDefinition(JSON.stringify(definition));

  it("is refused when a transition leads to a state that is not there", () => {
    expect(parse({ StartAt: "A", States: { A: { Type: "Pass", Next: "B" } } })).to.throw(
      "there is no state B",
    );
  });

  it("is refused when it uses what the interpreter does not have", () => {
    expect(parse({ StartAt: "A", States: { A: { ...TASK, Credentials: {} } } })).to.throw(
      "Credentials",
    );
    expect(parse({ StartAt: "A", States: { A: { Type: "Parallel" } } })).to.throw("Type");
    expect(
      parse({ StartAt: "A", QueryLanguage: "JSONata", States: { A: { Type: "Succeed" } } }),
    ).to.throw("QueryLanguage");
  });
});
