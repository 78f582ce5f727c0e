/**
 * Waits for a SageMaker training job and prints its result as JSON on standard output; progress
 * goes to standard error. Exit code 0 only when the job has completed.
 *
 * Usage: node --import tsx infra/commands/awaitTraining.ts JOB_NAME
 */
import { setTimeout as sleep } from "node:timers/promises";
import {
  DescribeTrainingJobCommand,
  SageMakerClient,
  type DescribeTrainingJobCommandOutput,
} from "@aws-sdk/client-sagemaker";
import { clientSettings } from "../../common/awsClient";
import type { TrainingResult } from "../../contract/training";
import { runProgram, UsageError } from "./program";

const POLL_MILLISECONDS = { first: 500, most: 5000, growth: 1.2 };

/** What SageMaker takes unless the job says otherwise ("StoppingCondition", API reference). */
const DEFAULT_RUNTIME_SECONDS = 86_400;

/** Time for finding instances, loading the data and storing the model, which no job limits. */
const ALLOWANCE_SECONDS = 7200;

/** The job ended, but not well; the message carries SageMaker's reason. */
export class TrainingFailedError extends Error {
  constructor(job: DescribeTrainingJobCommandOutput) {
    const status = job.TrainingJobStatus ?? "in an unknown state";
    const reason = job.FailureReason ?? job.SecondaryStatus ?? "SageMaker gives no reason";
    super(
      `Training job ${job.TrainingJobName ?? ""} is ${status}: ${reason}\n` +
        `Fix the cause, then raise \`training.run\` in the stack's config to train again.`,
    );
    this.name = "TrainingFailedError";
  }
}

/** The job goes on although it should long have been stopped. */
export class TrainingTimeoutError extends Error {
  constructor(job: DescribeTrainingJobCommandOutput, seconds: number) {
    super(
      `Training job ${job.TrainingJobName ?? ""} is still ${job.TrainingJobStatus ?? "unknown"} ` +
        `(${job.SecondaryStatus ?? "no details"}) after ${seconds} s.\n` +
        `Look it up in the SageMaker console, stop it there if need be, and run the update again.`,
    );
    this.name = "TrainingTimeoutError";
  }
}

/**
 * Polls the job until it ends.
 * @param describe asks SageMaker for the job's description
 * @param report is told each new status and each new value of the job's metrics
 * @throws TrainingFailedError unless the job ends as `Completed`: a stopped job has an artefact
 *   too, but not the model that was asked for
 * @throws TrainingTimeoutError when it outlives its own time limit by far
 */
export async function awaitTraining(
  describe: () => Promise<DescribeTrainingJobCommandOutput>,
  report: (line: string) => void,
  pause: (milliseconds: number) => Promise<void>,
): Promise<TrainingResult> {
  let reported = "";
  let waited = 0;
  for (let wait = POLL_MILLISECONDS.first; ; wait = nextWait(wait)) {
    const job = await describe();
    const line = progressLine(job);
    if (line !== reported) {
      report(line);
      reported = line;
    }
    const { TrainingJobStatus: status } = job;
    if (status === "Completed") {
      return trainingResult(job);
    }
    if (status !== "InProgress" && status !== "Stopping") {
      throw new TrainingFailedError(job);
    }
    if (waited > patience(job) * 1000) {
      throw new TrainingTimeoutError(job, Math.round(waited / 1000));
    }
    await pause(wait);
    waited += wait;
  }
}

/** Seconds after which a job that has not ended never will. */
function patience({ StoppingCondition }: DescribeTrainingJobCommandOutput): number {
  const { MaxWaitTimeInSeconds, MaxRuntimeInSeconds } = StoppingCondition ?? {};
  return (
    (MaxWaitTimeInSeconds ?? MaxRuntimeInSeconds ?? DEFAULT_RUNTIME_SECONDS) + ALLOWANCE_SECONDS
  );
}

function nextWait(wait: number): number {
  return Math.min(wait * POLL_MILLISECONDS.growth, POLL_MILLISECONDS.most);
}

function metrics(job: DescribeTrainingJobCommandOutput): Record<string, number> {
  return Object.fromEntries(
    (job.FinalMetricDataList ?? []).flatMap(({ MetricName, Value }) =>
      MetricName === undefined || Value === undefined ? [] : [[MetricName, Value]],
    ),
  );
}

function progressLine(job: DescribeTrainingJobCommandOutput): string {
  const values = Object.entries(metrics(job)).map(([name, value]) => `${name} ${value.toFixed(3)}`);
  return [job.TrainingJobName, job.SecondaryStatus ?? job.TrainingJobStatus, ...values].join("  ");
}

function trainingResult(job: DescribeTrainingJobCommandOutput): TrainingResult {
  const modelDataUrl = job.ModelArtifacts?.S3ModelArtifacts;
  if (job.TrainingJobName === undefined || modelDataUrl === undefined) {
    throw new TrainingFailedError({ ...job, FailureReason: "it completed without an artefact" });
  }
  return {
    trainingJobName: job.TrainingJobName,
    modelDataUrl,
    metrics: metrics(job),
    billableSeconds: job.BillableTimeInSeconds ?? 0,
  };
}

async function main(): Promise<void> {
  const [TrainingJobName] = process.argv.slice(2);
  if (TrainingJobName === undefined) {
    throw new UsageError("usage: awaitTraining.ts JOB_NAME");
  }
  // One lost or throttled poll must not lose a run of hours.
  const client = new SageMakerClient({
    ...clientSettings({ requestTimeout: 30_000 }),
    maxAttempts: 8,
  });
  const result = await awaitTraining(
    () => client.send(new DescribeTrainingJobCommand({ TrainingJobName })),
    (line) => process.stderr.write(`${line}\n`),
    (milliseconds) => sleep(milliseconds),
  );
  process.stdout.write(JSON.stringify(result));
}

if (require.main === module) {
  runProgram(main);
}
