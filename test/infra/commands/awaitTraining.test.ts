import { expect } from "chai";
import type { DescribeTrainingJobCommandOutput } from "@aws-sdk/client-sagemaker";
import { awaitTraining } from "../../../infra/commands/awaitTraining";
import type { Answer } from "../../support/awsServer";
import { runCommand } from "./runCommand";

type Job = Partial<DescribeTrainingJobCommandOutput>;

const COMPLETED: Job = {
  TrainingJobName: "training-1",
  TrainingJobStatus: "Completed",
  SecondaryStatus: "Completed",
  ModelArtifacts: { S3ModelArtifacts: "s3://bucket/models/training-1/output/model.tar.gz" },
  FinalMetricDataList: [{ MetricName: "validation:accuracy", Value: 0.925 }],
  BillableTimeInSeconds: 120,
};

/** Polls through `jobs`, the last one over and over. */
function polled(jobs: readonly Job[]) {
  const lines: string[] = [];
  const pauses: number[] = [];
  let polls = 0;
  const result = awaitTraining(
    () => {
      const job = jobs[Math.min(polls, jobs.length - 1)];
      polls += 1;
      return Promise.resolve({ $metadata: {}, ...job } as DescribeTrainingJobCommandOutput);
    },
    (line) => lines.push(line),
    (milliseconds) => {
      pauses.push(milliseconds);
      return Promise.resolve();
    },
  );
  return { result, lines, pauses };
}

async function refusal(jobs: readonly Job[]): Promise<Error> {
  const outcome = await polled(jobs).result.catch((error: unknown) => error);
  expect(outcome).to.be.instanceOf(Error);
  return outcome as Error;
}

describe("awaitTraining", () => {
  it("waits, ever longer, until the job has completed, and returns artefact and metrics", async () => {
    // Prepare
    const starting: Job = {
      TrainingJobName: "training-1",
      TrainingJobStatus: "InProgress",
      SecondaryStatus: "Starting",
    };
    const going: Job = { ...starting, SecondaryStatus: "Training" };

    // Act
    const { result, lines, pauses } = polled([starting, starting, going, COMPLETED]);

    // Assess
    expect(await result).to.deep.equal({
      trainingJobName: "training-1",
      modelDataUrl: "s3://bucket/models/training-1/output/model.tar.gz",
      metrics: { "validation:accuracy": 0.925 },
      billableSeconds: 120,
    });
    expect(pauses).to.deep.equal([500, 600, 720]);
    expect(lines).to.deep.equal([
      "training-1  Starting",
      "training-1  Training",
      "training-1  Completed  validation:accuracy 0.925",
    ]);
  });

  it("fails with SageMaker's reason when the job failed", async () => {
    const error = await refusal([
      { ...COMPLETED, TrainingJobStatus: "Failed", FailureReason: "ClientError: no images" },
    ]);
    expect(error.name).to.equal("TrainingFailedError");
    expect(error.message).to.contain("training-1 is Failed: ClientError: no images");
    expect(error.message).to.contain("training.run");
  });

  it("fails when the job was stopped, although it left an artefact", async () => {
    const error = await refusal([
      { ...COMPLETED, TrainingJobStatus: "Stopping" },
      { ...COMPLETED, TrainingJobStatus: "Stopped", SecondaryStatus: "MaxRuntimeExceeded" },
    ]);
    expect(error.name).to.equal("TrainingFailedError");
    expect(error.message).to.contain("training-1 is Stopped: MaxRuntimeExceeded");
  });

  it("fails when the job completed without a model", async () => {
    const error = await refusal([
      { TrainingJobStatus: "Completed", TrainingJobName: "training-1" },
    ]);
    expect(error.message).to.contain("it completed without an artefact");
  });

  it("gives up on a job that outlives its own time limit by hours", async () => {
    // Prepare
    const endless: Job = {
      TrainingJobName: "training-1",
      TrainingJobStatus: "InProgress",
      StoppingCondition: { MaxRuntimeInSeconds: 60 },
    };

    const waiting = { MaxRuntimeInSeconds: 60, MaxWaitTimeInSeconds: 600 };

    // Act
    const error = await refusal([endless]);
    const onSpot = await refusal([{ ...endless, StoppingCondition: waiting }]);

    // Assess
    expect(onSpot.message).to.match(/after 780\d s/);
    expect(error.name).to.equal("TrainingTimeoutError");
    expect(error.message).to.match(/still InProgress .* after 726\d s/);
  });
});

describe("the command awaitTraining", () => {
  const run = (answers: readonly Answer[], args: readonly string[]) =>
    runCommand("infra/commands/awaitTraining.ts", args, answers);

  it("gets over throttling, and prints nothing but the result on standard output", async () => {
    // Act
    const { stdout, stderr, code, requests } = await run(
      [
        { status: 400, body: { __type: "ThrottlingException", message: "Rate exceeded" } },
        { status: 200, body: COMPLETED },
      ],
      ["training-1"],
    );

    // Assess
    expect(code).to.equal(0);
    expect(JSON.parse(stdout)).to.have.property("trainingJobName", "training-1");
    expect(stderr).to.equal("training-1  Completed  validation:accuracy 0.925\n");
    expect(requests.map(({ target, body }) => [target, JSON.parse(body)])).to.deep.equal(
      Array(2).fill(["SageMaker.DescribeTrainingJob", { TrainingJobName: "training-1" }]),
    );
  });

  it("exits with 1 and the reason when there is no such job", async () => {
    const { stdout, stderr, code } = await run(
      [{ status: 400, body: { __type: "ValidationException", message: "no such job" } }],
      ["training-1"],
    );
    expect([stdout, stderr, code]).to.deep.equal(["", "ValidationException: no such job\n", 1]);
  });

  it("says how it is used when it is given no job", async () => {
    const { stderr, code } = await run([], []);
    expect([stderr, code]).to.deep.equal(["UsageError: usage: awaitTraining.ts JOB_NAME\n", 1]);
  });
});
