import { expect } from "chai";
import { inventory, resource } from "../support/graph";
import { deployProgram, PARITY_REPORT, SUMMARY, TRAINING_RESULT } from "../support/mocks";
import { valueOf } from "../support/outputs";
import * as pulumi from "@pulumi/pulumi";

const CONFIG = { endpoint: { instanceType: "ml.m5.xlarge", capture: 100 } };

describe("the program", () => {
  it("registers the same resources in a preview as in an update", async () => {
    const updated = await deployProgram(CONFIG);
    const previewed = await deployProgram(CONFIG, { preview: true });
    expect(inventory(previewed.resources)).to.have.members([...inventory(updated.resources)]);
  });

  it("puts every resource into a component of ours", async () => {
    const { resources } = await deployProgram(CONFIG);
    const outside = resources.filter(
      ({ custom, parent }) => custom && !parent.includes("ml-workflow-aws:infra:"),
    );
    expect(inventory([resources[0], ...outside].filter((each) => each !== undefined))).to.be.empty;
  });

  it("exports what a user of the stack needs", async () => {
    // Act
    const { value } = await deployProgram(CONFIG);

    // Assess
    const exported = Object.entries(value).map(async ([name, output]) => [
      name,
      await valueOf(pulumi.output(output)),
    ]);
    const outputs = Object.fromEntries(await Promise.all(exported)) as Record<string, unknown>;
    expect(outputs).to.deep.include({
      datasetBucket: "dataset-1a2b3c4",
      datasetSummary: SUMMARY,
      trainingResult: TRAINING_RESULT,
      inferenceBucket: "inference-1a2b3c4",
      endpointName: "ml-workflow-aws-test",
      parityReport: PARITY_REPORT,
    });
  });

  it("has the data key for all that holds images, models or verdicts, and for nothing else", async () => {
    // Act
    const { resources } = await deployProgram(CONFIG);

    // Assess: logs and the topic of alarms have none (docs/architecture.md, "left out on purpose")
    const { outputs } = resource(resources, "aws:kms/key:Key", "data");
    const encrypted = resources.filter(
      ({ type, inputs }) =>
        !type.startsWith("aws:iam/") &&
        type.startsWith("aws:") &&
        JSON.stringify(inputs).includes(String(outputs["arn"])),
    );
    expect(encrypted.map(({ type, name }) => `${type} ${name}`)).to.have.members([
      ...["dataset", "inference"].map(
        (bucket) =>
          "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration " +
          `${bucket}-encryption`,
      ),
      "aws:sagemaker/trainingJob:TrainingJob training",
      "aws:sagemaker/endpointConfiguration:EndpointConfiguration hosting",
      "aws:sns/topic:Topic review",
      "aws:sns/topic:Topic monitoring-drift",
    ]);
  });

  it("scores the endpoint when it serves something else, or more is asked of it", async () => {
    // Act
    const { resources } = await deployProgram({ ...CONFIG, training: { accuracyFloor: 0.7 } });

    // Assess
    const { interpreter, create, triggers } = resource(
      resources,
      "command:local:Command",
      "parity",
    ).inputs;
    expect([...(interpreter as string[]), create].slice(3)).to.deep.equal([
      "infra/commands/scoreEndpoint.ts",
      ...["--endpoint", "ml-workflow-aws-test", "--dataset", "dataset-1a2b3c4"],
      ...["--baseline", "inference-1a2b3c4", "--image-shape", "3,28,28", "--floor", "0.7"],
    ]);
    expect(triggers).to.deep.equal(["hosting-1a2b3c4", SUMMARY.digest, "0.7"]);
  });

  it("loses the endpoint and what hangs on it when that is switched off, and nothing else", async () => {
    // Prepare
    const off = { endpoint: { ...CONFIG.endpoint, enabled: false } };

    // Act
    const { resources: before } = await deployProgram(CONFIG);
    const { resources: after } = await deployProgram(off);

    // Assess
    const remaining = new Set(inventory(after));
    const gone = inventory(before).filter((each) => !remaining.has(each));
    // Without the endpoint there is nothing to monitor, so the monitor of drift goes too.
    const ofDrift = gone.filter((each) => / monitoring-drift(-|$)/.test(each));
    expect(ofDrift).to.include("aws:scheduler/schedule:Schedule monitoring-drift");
    expect(gone.filter((each) => !ofDrift.includes(each))).to.have.members([
      "aws:sagemaker/endpoint:Endpoint hosting",
      "ml-workflow-aws:infra:EndpointAlarms hosting",
      ...["server-errors", "model-errors", "client-errors", "latency", "disk"].map(
        (kind) => `aws:cloudwatch/metricAlarm:MetricAlarm hosting-${kind}`,
      ),
      ...["server-errors", "model-errors", "latency"].map(
        (kind) => `aws:cloudwatch/metricAlarm:MetricAlarm hosting-update-${kind}`,
      ),
      "ml-workflow-aws:infra:NodeCommand hosting-verify",
      "command:local:Command hosting-verify",
      "ml-workflow-aws:infra:ParityGate parity",
      "ml-workflow-aws:infra:NodeCommand parity",
      "command:local:Command parity",
    ]);
    expect(after).to.have.length(before.length - gone.length);
    const changed = before.filter(({ urn, inputs }) => {
      const same = after.find((each) => each.urn === urn);
      return same !== undefined && JSON.stringify(same.inputs) !== JSON.stringify(inputs);
    });
    expect(inventory([before[0], ...changed].filter((each) => each !== undefined))).to.deep.equal([
      // Whether it can be deployed is another question than before.
      "command:local:Command preflight",
      "aws:sfn/stateMachine:StateMachine workflow",
      "aws:cloudwatch/dashboard:Dashboard monitoring",
    ]);
  });

  it("makes nothing at all from a wrong configuration", async () => {
    // Act
    const outcome = await deployProgram({ endpoint: { instanceType: "ml.m5.xlarge" } }).catch(
      String,
    );

    // Assess
    expect(outcome).to.contain("endpoint.capture");
  });

  it("refuses a key that no setting has", async () => {
    const outcome = await deployProgram({ ...CONFIG, endpiont: {} }).catch(String);
    expect(outcome).to.contain("endpiont");
  });
});
