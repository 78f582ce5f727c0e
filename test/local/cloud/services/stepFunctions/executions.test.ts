import { setImmediate as turn } from "node:timers/promises";
import { expect } from "chai";
import { StateError } from "../../../../../local/cloud/services/stepFunctions/errors";
import { StepFunctions } from "../../../../../local/cloud/services/stepFunctions/service";

const ARN = "arn:aws:states:us-east-1:000000000000:stateMachine:m";

describe("executions", () => {
  it("are kept while they run, and of those that have ended the last 10,000", async () => {
    // Prepare
    const stepFunctions = new StepFunctions({
      tasks: new Map(),
      readers: new Map(),
      writers: new Map(),
      authorizeStates: () => undefined,
    });
    const states = {
      Choose: {
        Type: "Choice",
        Choices: [{ Variable: "$.wait", BooleanEquals: true, Next: "Wait" }],
        Default: "End",
      },
      Wait: { Type: "Wait", Seconds: 3600, End: true },
      End: { Type: "Succeed" },
    };
    const definition = JSON.stringify({ StartAt: "Choose", States: states });
    stepFunctions.putStateMachine({ arn: ARN, name: "m", roleArn: "", definition });

    // Act
    const waiting = stepFunctions.startExecution(ARN, { wait: true });
    for (let number = 0; number < 10_005; number += 1) {
      await stepFunctions.settled(stepFunctions.startExecution(ARN, { wait: false, number }));
    }

    // Assess
    const [first, second, ...others] = stepFunctions.executions(ARN);
    expect(first).to.equal(waiting);
    expect(second?.input).to.deep.include({ number: 6 });
    expect(others).to.have.length(9_998);
    await stepFunctions.stop();
  });

  it("end the children of a distributed map that has failed before their next step", async () => {
    // Prepare: when one fails another one is to try again in an hour, and the third at its first step
    const called: string[] = [];
    const failed = () => execution.mapRuns[0]?.itemCounts.failed ?? 0;
    const task = async (parameters: unknown) => {
      const { child, step } = parameters as { readonly child: string; readonly step: string };
      called.push(`${child} ${step}`);
      while (child === "slow" ? failed() === 0 : called.length < 3) {
        await turn();
      }
      if (child !== "slow") {
        throw new StateError(child, "it was to be so");
      }
    };
    const stepFunctions = new StepFunctions({
      tasks: new Map([["states:::lambda:invoke", task]]),
      readers: new Map(),
      writers: new Map(),
      authorizeStates: () => undefined,
    });
    const step = (name: string, more: object) => ({
      ...{ Type: "Task", Resource: "arn:aws:states:::lambda:invoke", ResultPath: null },
      Parameters: { "child.$": "$", step: name },
      Retry: [{ ErrorEquals: ["again"], IntervalSeconds: 3600 }],
      ...more,
    });
    const states = {
      Map: {
        Type: "Map",
        ItemProcessor: {
          ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: "EXPRESS" },
          StartAt: "First",
          States: {
            First: step("first", { Next: "Second" }),
            Second: step("second", { End: true }),
          },
        },
        End: true,
      },
    };
    const definition = JSON.stringify({ StartAt: "Map", States: states });
    stepFunctions.putStateMachine({ arn: ARN, name: "m", roleArn: "", definition });

    // Act
    const execution = stepFunctions.startExecution(ARN, ["again", "fatal", "slow"]);
    await stepFunctions.settled(execution);

    // Assess
    expect(execution.error).to.equal("States.ExceedToleratedFailureThreshold");
    expect(called).to.deep.equal(["again first", "fatal first", "slow first"]);
    expect(execution.mapRuns[0]?.itemCounts).to.deep.equal({
      ...{ total: 3, pending: 0, succeeded: 0, failed: 1, aborted: 2 },
    });
    await stepFunctions.stop();
  });
});
