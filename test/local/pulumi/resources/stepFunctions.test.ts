import { expect } from "chai";
import type { Cloud } from "../../../../local/cloud";
import { rejectionOf, Resources, startCloud } from "./support";

/** A state machine that answers with a text. */
const answering = (text: string, wait = 0) =>
  JSON.stringify({
    StartAt: "Wait",
    States: {
      Wait: { Type: "Wait", Seconds: wait, Next: "Answer" },
      Answer: { Type: "Pass", Result: text, End: true },
    },
  });

describe("state machines", () => {
  let cloud: Cloud;
  const machines = new Resources("aws:sfn/stateMachine:StateMachine", () => cloud);
  const inputs = (definition: string) => ({ name: "workflow", roleArn: "arn:role", definition });
  const run = async (arn: string) => {
    const execution = cloud.stepFunctions.startExecution(arn, {});
    await cloud.stepFunctions.settled(execution);
    return execution.output;
  };

  beforeEach(async () => {
    cloud = await startCloud();
  });
  afterEach(() => cloud.stop());

  it("run what their definition says", async () => {
    // Act
    const { id, arn } = await machines.create("machine", inputs(answering("one")));

    // Assess
    expect(id).to.equal(cloud.arn("states", "stateMachine:workflow")).and.to.equal(arn);
    expect(await run(id)).to.equal("one");
  });

  it("change in place: what runs keeps the old definition, what starts has the new one", async () => {
    // Prepare
    const { id } = await machines.create("machine", inputs(answering("one", 0.05)));
    const underWay = cloud.stepFunctions.startExecution(id, {});

    // Act
    await machines.update(id, "machine", inputs(answering("two")));

    // Assess
    expect(await run(id)).to.equal("two");
    await cloud.stepFunctions.settled(underWay);
    expect(underWay.output).to.equal("one");
    expect(cloud.stepFunctions.executions(id)).to.have.length(2);
  });

  it("keep their definition when the new one is refused", async () => {
    // Prepare
    const { id } = await machines.create("machine", inputs(answering("one")));

    // Act
    const error = await rejectionOf(machines.update(id, "machine", inputs("{}")));

    // Assess
    expect(error).to.have.property("name", "InvalidDefinition");
    expect(await run(id)).to.equal("one");
  });

  it("let what runs end when they are deleted, and start nothing any more", async () => {
    // Prepare
    const { id } = await machines.create("machine", inputs(answering("one", 0.02)));
    const underWay = cloud.stepFunctions.startExecution(id, {});

    // Act
    await machines.delete(id, "machine", inputs(answering("one")));
    await machines.delete(id, "machine", inputs(answering("one")));

    // Assess
    expect(() => cloud.stepFunctions.startExecution(id, {}))
      .to.throw()
      .with.property("name", "StateMachineDoesNotExist");
    await cloud.stepFunctions.settled(underWay);
    expect(underWay.status).to.equal("SUCCEEDED");
  });

  it("are refused with an integration that the local cloud lacks", async () => {
    // Prepare
    const definition = JSON.stringify({
      StartAt: "Ask",
      States: { Ask: { Type: "Task", Resource: "arn:aws:states:::glue:startJobRun", End: true } },
    });

    // Act
    const error = await rejectionOf(machines.create("machine", inputs(definition)));

    // Assess
    expect(error).to.have.property("message").that.includes("Ask").and.includes("glue");
    expect(cloud.stepFunctions.arns).to.deep.equal([]);
  });
});
