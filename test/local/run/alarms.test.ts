import { expect } from "chai";
import { Cloud } from "../../../local/cloud";
import { alarmResults } from "../../../local/run/alarms";
import { REHEARSAL } from "../../../local/run/people";
import { PROJECT_ROOT } from "../../support/project";

const MACHINE = "arn:aws:states:us-east-1:000000000000:stateMachine:workflow";

describe("the alarms of a run", () => {
  let cloud: Cloud;

  beforeEach(async () => {
    cloud = await Cloud.start({ region: "us-east-1", projectRoot: PROJECT_ROOT });
    const definition = { StartAt: "Fail", States: { Fail: { Type: "Fail", Error: "No" } } };
    cloud.stepFunctions.putStateMachine({
      ...{ arn: MACHINE, name: "workflow", roleArn: "arn:aws:iam::000000000000:role/any" },
      definition: JSON.stringify(definition),
    });
    for (const metric of ["ExecutionsFailed", "ExecutionTime"]) {
      cloud.cloudWatch.putAlarm({
        ...{ name: metric, arn: `arn:${metric}`, description: "It is bad." },
        metric: {
          ...{ namespace: "AWS/States", name: metric },
          dimensions: { StateMachineArn: MACHINE },
        },
        ...{ statistic: "SampleCount", threshold: 1, comparison: "GreaterThanOrEqualToThreshold" },
        ...{ periodSeconds: 60, evaluationPeriods: 1, datapointsToAlarm: 1 },
        ...{ missingData: "notBreaching", actions: { OK: [], ALARM: [], INSUFFICIENT_DATA: [] } },
      });
    }
  });
  afterEach(() => cloud.stop());

  const fail = async (name: string) => {
    await cloud.stepFunctions.settled(cloud.stepFunctions.startExecution(MACHINE, {}, name));
  };
  const told = () =>
    Object.fromEntries(
      alarmResults(cloud).map(({ name, state, purpose }) => [name, [state, purpose]]),
    );

  it("go off on purpose where the failure that was to be replayed is the only one", async () => {
    // Act
    await fail(REHEARSAL.name);

    // Assess
    expect(told()).to.deep.equal({
      ExecutionsFailed: [
        "ALARM",
        `this run asked for ${REHEARSAL.key} before it was there, to replay a failure`,
      ],
      ExecutionTime: ["ALARM", undefined],
    });
  });

  it("go off for a reason that nobody wanted as soon as anything else fails, too", async () => {
    // Act
    await fail(REHEARSAL.name);
    await fail("anything-else");

    // Assess
    expect(told()["ExecutionsFailed"]).to.deep.equal(["ALARM", undefined]);
  });

  it("have no purpose while they are quiet, or without the failure", async () => {
    expect(told()["ExecutionsFailed"]).to.deep.equal(["OK", undefined]);
    await fail("anything");
    expect(told()["ExecutionsFailed"]).to.deep.equal(["ALARM", undefined]);
  });
});
