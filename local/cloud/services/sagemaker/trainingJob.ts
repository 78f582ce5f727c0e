/** One training job: SageMaker's part of the work around the algorithm's container. */
import { once } from "node:events";
import { spawn, type ChildProcess } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import * as path from "node:path";
import { createInterface } from "node:readline";
import { buffer } from "node:stream/consumers";
import { S3Client, PutObjectCommand } from "@aws-sdk/client-s3";
import type { Container } from "../../containers";
import type { Session } from "../../session";
import { Checkpoints } from "./checkpoints";
import { downloadPrefix, parseS3Uri } from "./objects";
import type { TrainingJobRequest } from "./requests";
import { packFolder } from "./tarball";

type Status = "InProgress" | "Stopping" | "Completed" | "Failed" | "Stopped";

/** SageMaker waits this long between asking a container to stop and ending it. */
const STOP_GRACE_MILLISECONDS = 120_000;

/** Longest reason that DescribeTrainingJob gives (SageMaker API Reference). */
const MOST_REASON_CHARACTERS = 1024;

/** What a shell reports of a process that was killed. */
const KILLED = 137;

/** What a job runs on. */
interface Surroundings {
  readonly container: Container;
  readonly session: Session;
  /** Existing folder to work in. */
  readonly scratch: string;
  readonly onLog: (line: string) => void;
  /** Whether its spot capacity is taken back, once. */
  readonly losesCapacity: boolean;
}

export class TrainingJob {
  private status: Status = "InProgress";
  private secondaryStatus = "Starting";
  private failureReason: string | undefined;
  private container: ChildProcess | undefined;
  /** Why it ends before it is done, as a secondary status. */
  private stopReason: "Stopped" | "MaxRuntimeExceeded" | undefined;
  private grace: NodeJS.Timeout | undefined;
  private late: NodeJS.Timeout | undefined;
  /** Whether the spot capacity is yet to be taken back. */
  private losesCapacity: boolean;
  /** Whether that of the present run was. */
  private interrupted = false;
  private hasArtefact = false;
  private readonly created = Date.now();
  private trainingStarted: number | undefined;
  private ended: number | undefined;
  private readonly series = new Map<string, number[]>();
  /** The container's log so far. */
  readonly log: string[] = [];
  /** Resolves when the job is over, however it ended. */
  readonly done: Promise<void>;

  constructor(
    readonly arn: string,
    private readonly request: TrainingJobRequest,
    private readonly surroundings: Surroundings,
  ) {
    this.losesCapacity = surroundings.losesCapacity;
    this.done = this.run(surroundings.session);
  }

  /** The answer to DescribeTrainingJob, as it goes over the wire (times in seconds). */
  describe(): Record<string, unknown> {
    return {
      ...this.request,
      TrainingJobArn: this.arn,
      TrainingJobStatus: this.status,
      SecondaryStatus: this.secondaryStatus,
      ...(this.failureReason === undefined ? {} : { FailureReason: this.failureReason }),
      ...(this.hasArtefact ? { ModelArtifacts: { S3ModelArtifacts: this.artefactUri } } : {}),
      CreationTime: this.created / 1000,
      ...(this.trainingStarted === undefined
        ? {}
        : { TrainingStartTime: this.trainingStarted / 1000 }),
      ...(this.ended === undefined || this.trainingStarted === undefined
        ? {}
        : {
            TrainingEndTime: this.ended / 1000,
            TrainingTimeInSeconds: Math.ceil((this.ended - this.trainingStarted) / 1000),
            BillableTimeInSeconds: Math.ceil((this.ended - this.trainingStarted) / 1000),
          }),
      FinalMetricDataList: [...this.series].map(([MetricName, values]) => ({
        MetricName,
        Value: values.at(-1),
      })),
    };
  }

  /** Every value of every metric, in the order in which the container logged them. */
  get metrics(): ReadonlyMap<string, readonly number[]> {
    return this.series;
  }

  /**
   * Asks the container to end, as StopTrainingJob does: it has two minutes to leave a model behind.
   * @returns when the job is over
   */
  async stop(): Promise<void> {
    this.requestStop("Stopped");
    await this.done;
  }

  /** Ends the container at once, for when the local cloud stops. */
  kill(): void {
    this.requestStop("Stopped");
    this.container?.kill("SIGKILL");
  }

  private requestStop(reason: "Stopped" | "MaxRuntimeExceeded"): void {
    if (this.status !== "InProgress") {
      return;
    }
    this.stopReason = reason;
    this.status = "Stopping";
    this.secondaryStatus = "Stopping";
    this.endContainer();
  }

  /**
   * Takes the machine away: the container is asked to end, as when the job is stopped, and another
   * run begins with empty disks ("Managed Spot Training in Amazon SageMaker AI").
   */
  private interrupt(): void {
    this.losesCapacity = false;
    this.interrupted = true;
    this.secondaryStatus = "Interrupted";
    this.endContainer();
  }

  private endContainer(): void {
    const { container } = this;
    container?.kill("SIGTERM");
    clearTimeout(this.grace);
    this.grace = setTimeout(() => container?.kill("SIGKILL"), STOP_GRACE_MILLISECONDS);
  }

  private get artefactUri(): string {
    const { OutputDataConfig, TrainingJobName } = this.request;
    return `${OutputDataConfig.S3OutputPath.replace(/\/$/, "")}/${TrainingJobName}/output/model.tar.gz`;
  }

  private async run(session: Session): Promise<void> {
    const s3 = new S3Client(session);
    try {
      do {
        this.interrupted = false;
        await this.runOnce(s3);
      } while (this.interrupted);
    } catch (error) {
      this.fail(`ClientError: ${error instanceof Error ? error.message : String(error)}`);
    } finally {
      clearTimeout(this.grace);
      clearTimeout(this.late);
      s3.destroy();
    }
  }

  /** From empty disks to the end of the job, or to an interruption. */
  private async runOnce(s3: S3Client): Promise<void> {
    const root = await mkdtemp(path.join(this.surroundings.scratch, "training-"));
    try {
      this.secondaryStatus = "Downloading";
      const checkpoints = await this.prepare(root, s3);
      if (this.stopReason !== undefined) {
        this.finish("Stopped", this.stopReason);
        return;
      }
      this.secondaryStatus = "Training";
      this.trainingStarted ??= Date.now();
      const exitCode = await this.train(root, checkpoints);
      await checkpoints?.send();
      if (this.interrupted && this.stopReason === undefined) {
        return;
      }
      this.interrupted = false;
      if (exitCode !== 0 && this.stopReason === undefined) {
        this.fail(await failureText(root, exitCode));
        return;
      }
      this.secondaryStatus = "Uploading";
      await this.upload(root, s3);
      this.finish(
        this.stopReason === undefined ? "Completed" : "Stopped",
        this.stopReason ?? "Completed",
      );
    } finally {
      await rm(root, { recursive: true, force: true });
    }
  }

  /** Lays out what a container finds under `/opt/ml`. */
  private async prepare(root: string, s3: S3Client): Promise<Checkpoints | undefined> {
    const { InputDataConfig: channels, HyperParameters: hyperParameters } = this.request;
    const config = path.join(root, "input", "config");
    await Promise.all(
      [config, path.join(root, "model"), path.join(root, "output")].map((folder) =>
        mkdir(folder, { recursive: true }),
      ),
    );
    await writeFile(path.join(config, "hyperparameters.json"), JSON.stringify(hyperParameters));
    await writeFile(
      path.join(config, "inputdataconfig.json"),
      JSON.stringify(
        Object.fromEntries(
          channels.map(({ ChannelName, ContentType }) => [
            ChannelName,
            {
              ContentType,
              TrainingInputMode: "File",
              S3DistributionType: "FullyReplicated",
              RecordWrapperType: "None",
            },
          ]),
        ),
      ),
    );
    for (const { ChannelName, DataSource } of channels) {
      const { S3Uri } = DataSource.S3DataSource;
      const folder = path.join(root, "input", "data", ChannelName);
      await mkdir(folder, { recursive: true });
      if ((await downloadPrefix(s3, S3Uri, folder)) === 0) {
        throw new Error(`No S3 objects found under S3 URL "${S3Uri}" given in input data source.`);
      }
    }
    const { CheckpointConfig: checkpoints } = this.request;
    return (
      checkpoints && (await Checkpoints.open(s3, checkpoints.S3Uri, path.join(root, "checkpoints")))
    );
  }

  private async train(root: string, checkpoints: Checkpoints | undefined): Promise<number> {
    const { trainScript, metricDefinitions } = this.surroundings.container;
    const container = spawn(process.execPath, ["--import", "tsx", trainScript, root], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.container = container;
    const exit = once(container, "exit");
    this.late ??= setTimeout(
      () => this.requestStop("MaxRuntimeExceeded"),
      this.request.StoppingCondition.MaxRuntimeInSeconds * 1000,
    );

    const errors = buffer(container.stderr);
    for await (const line of createInterface(container.stdout)) {
      this.log.push(line);
      for (const [metric, pattern] of Object.entries(metricDefinitions)) {
        const value = pattern.exec(line)?.[1];
        if (value !== undefined) {
          this.series.set(metric, [...(this.series.get(metric) ?? []), Number(value)]);
        }
      }
      this.surroundings.onLog(line);
      await checkpoints?.send();
      if (this.losesCapacity && checkpoints?.count !== 0) {
        this.interrupt();
      }
    }
    this.log.push(...(await errors).toString().split("\n").filter(Boolean));
    const [exitCode] = (await exit) as [number | null];
    return exitCode ?? KILLED;
  }

  /** Keeps what the container left as its model; one that was stopped may have left nothing. */
  private async upload(root: string, s3: S3Client): Promise<void> {
    const folder = path.join(root, "model");
    if (this.stopReason !== undefined && (await readdir(folder)).length === 0) {
      return;
    }
    const { bucket, key } = parseS3Uri(this.artefactUri);
    const Body = await packFolder(folder);
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body }));
    this.hasArtefact = true;
  }

  private fail(reason: string): void {
    this.failureReason = reason.slice(0, MOST_REASON_CHARACTERS);
    this.finish("Failed", "Failed");
  }

  private finish(status: Status, secondaryStatus: string): void {
    this.status = status;
    this.secondaryStatus = secondaryStatus;
    this.ended = Date.now();
  }
}

/** What a container says of its own failure, in the file that SageMaker reads. */
async function failureText(root: string, exitCode: number): Promise<string> {
  const text = await readFile(path.join(root, "output", "failure"), "utf8").catch(() => "");
  return text || `AlgorithmError: the container ended with exit code ${exitCode}`;
}
