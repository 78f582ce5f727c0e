import { expect } from "chai";
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
});
