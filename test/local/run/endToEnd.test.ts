import * as path from "node:path";
import { buffer } from "node:stream/consumers";
import type { Readable } from "node:stream";
import {
  GetObjectCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { expect } from "chai";
import { ENDPOINT_DISABLED, ERRORS, INFERENCE_PREFIXES } from "../../../contract/inference";
import type { Cloud } from "../../../local/cloud";
import { PolicyViolationError } from "../../../local/pulumi/deployment";
import { runLocally, type Run, type RunOptions } from "../../../local/run/run";
import type { Execution } from "../../../local/cloud/services/stepFunctions/service";
import { parseOverride } from "../../../local/pulumi/stackConfig";
import { PROJECT_ROOT, REAL_ARCHIVE } from "../../support/project";
import { describeBatches } from "./batches";
import { describeDrift } from "./drift";
import { describeLivePage } from "./live/page";
import { describeReviews } from "./reviews";
import { describeOperations } from "./operations";
import { describeUploads, type DeployedWorkflow } from "./uploads";

const SILENT: RunOptions["progress"] = {
  stage: () => undefined,
  line: () => undefined,
  count: () => undefined,
};

/** A run that trains for a few epochs only: enough to see that it learns. */
function options(...overrides: string[]): RunOptions {
  return {
    projectRoot: PROJECT_ROOT,
    stack: "dev",
    overrides: ["training.epochs=3", ...overrides].map(parseOverride),
    signal: new AbortController().signal,
    progress: SILENT,
  };
}

const unused = () => Promise.reject(new Error("The run should have stopped before"));

describe("the whole workflow in the local cloud", function () {
  this.timeout(300_000);

  describe("deployed", () => {
    let run: Run;
    let upload: (key: string, body: Buffer) => Promise<Execution>;
    let read: (key: string) => Promise<Record<string, unknown>>;
    let classify: (key: string) => Promise<Execution>;
    let workflow: DeployedWorkflow;
    let invocations: () => number;
    let unneededStatements: () => ReturnType<Cloud["authority"]["unneededStatements"]>;
    let stopCloud: () => void;
    let running: Promise<void>;

    before(async () => {
      // Real images where they are at hand; the generated sample otherwise.
      const archive = REAL_ARCHIVE === undefined ? {} : { archive: REAL_ARCHIVE };
      await new Promise<void>((resolve, reject) => {
        running = runLocally({ ...options(), ...archive }, async (result, cloud) => {
          run = result;
          ({ upload, read, classify, workflow } = bucketOf(result, cloud));
          unneededStatements = () => cloud.authority.unneededStatements();
          const { endpoint } = result.summary;
          invocations = () =>
            cloud.sagemaker.describeEndpoint(endpoint?.name ?? "")?.invocations ?? 0;
          await new Promise<void>((stop) => {
            stopCloud = stop;
            resolve();
          });
        });
        running.catch(reject);
      });
    });
    after(async () => {
      stopCloud();
      await running;
    });

    it("learns to tell the classes apart", () => {
      // A guess would be right once in as many times as there are classes.
      const { interval, images } = run.summary.classification;
      expect(images).to.equal(run.summary.dataset.counts.test);
      expect(interval.low).to.be.greaterThan(1 / run.summary.dataset.classes.length);
    });

    it("ends every execution with a verdict", () => {
      const { verdicts, images } = run.summary.classification;
      expect(verdicts.failed).to.equal(0);
      expect(verdicts.accepted + verdicts.review).to.equal(images);
    });

    it("captures every invocation of the endpoint", () => {
      const { endpoint, classification } = run.summary;
      // The deployment may have asked the endpoint too.
      expect(endpoint?.invocations).to.be.at.least(classification.images);
      expect(endpoint?.capture.records).to.equal(endpoint?.invocations);
    });

    it("has no failure that nobody wanted, and says of the one that it made that it was wanted", () => {
      const { alarms, people } = run.summary;
      const failed = alarms.find(({ name }) => name.startsWith("monitoring-failed-executions"));
      expect(people.replay?.key).to.be.a("string");
      expect(failed).to.have.property("state", "ALARM");
      expect(failed?.purpose).to.contain(people.replay?.key);
    });

    it("keeps every verdict in the bucket, under its image's key", async () => {
      for (const { execution, verdict } of run.classifications.slice(0, 5)) {
        const { key, "version-id": versionId } = (execution.input as UploadEvent).detail.object;
        const prefix = INFERENCE_PREFIXES[verdict?.verdict ?? "failed"];

        expect(await read(`${prefix}${key}/${versionId}.json`)).to.deep.equal(verdict);
      }
    });

    it("fails on what is no image with a named error, and keeps it for a replay", async () => {
      for (const [name, body, error] of [
        ["text.png", Buffer.from("this is no image"), ERRORS.unreadableImage],
        ["empty.png", Buffer.alloc(0), ERRORS.unreadableImage],
      ] as const) {
        // Act
        const key = INFERENCE_PREFIXES.incoming + name;
        const execution = await upload(key, body);
        const { bucket, object } = (execution.input as UploadEvent).detail;

        // Assess
        expect(execution, name).to.include({ status: "FAILED", error });
        expect(
          await read(`${INFERENCE_PREFIXES.failed}${key}/${object["version-id"]}.json`),
        ).to.deep.include({
          image: { bucket: bucket.name, key, versionId: object["version-id"] },
          error,
        });
      }
    });

    it("fails on an image that is gone with its own error, not with a refusal", async () => {
      // Act
      const execution = await classify(`${INFERENCE_PREFIXES.incoming}gone.png`);

      // Assess
      expect(execution).to.include({ status: "FAILED", error: ERRORS.imageNotFound });
    });

    it("does not let the endpoint see what is no image", async () => {
      // Prepare
      const before = invocations();

      // Act
      await upload(`${INFERENCE_PREFIXES.incoming}another.png`, Buffer.from("no image either"));

      // Assess
      expect(invocations()).to.equal(before);
    });

    describe("uploads", () => {
      describeUploads(() => workflow);
    });

    describe("batches", () => {
      describeBatches(() => workflow);
    });

    describe("by hand", () => {
      describeOperations(() => workflow);
    });

    describe("doubtful verdicts", () => {
      describeReviews(() => workflow);
    });

    describe("on the live page", () => {
      describeLivePage(() => workflow);
    });

    it("finds no drift in the held-out images that the baseline was made of", () => {
      const measures = run.summary.drift.flatMap((window) => window.measures);
      expect(measures.filter(({ drifted }) => drifted)).to.deep.equal([]);
      expect(measures.filter(({ value }) => value !== null)).not.to.be.empty;
    });

    describe("drift", () => {
      describeDrift(() => workflow);
    });

    // When all of the above has been asked of them.
    describe("roles", () => {
      it("have no statement that they could do without", () => {
        const unneeded = unneededStatements().filter(
          ({ actions }) => !actions.every((action) => isBeyondTheLocalCloud(action)),
        );

        expect(unneeded).to.deep.equal([]);
      });
    });
  });

  for (const [override, policy, fix] of [
    ["endpoint.capture=99", "require-full-sampling", "100"],
    ["endpoint.instanceType=ml.m5.large", "restrict-instance-types", "ml.m5.xlarge"],
  ] as const) {
    it(`is refused by policy with ${override}, before anything is deployed`, async () => {
      // Act
      const error = await runLocally(options(override), unused).catch((reason: unknown) => reason);

      // Assess
      expect(error).to.be.instanceOf(PolicyViolationError);
      const { violations, message } = error as PolicyViolationError;
      expect(violations).to.have.length(1);
      expect(violations[0]?.policy).to.include(policy);
      expect(message).to.include(fix).and.include("Fix:").and.include("Reason:");
    });
  }

  it("stops with the key and the range when the stack's config is wrong", async () => {
    const error = await runLocally(options("endpoint.capture=101"), unused).catch(
      (reason: unknown) => reason,
    );

    expect(error).to.have.property("name", "ConfigError");
    expect(error).to.have.property("message").that.includes("endpoint.capture");
  });

  it("stops with the ETL's own words, before anything is made, when the archive is missing or wrong", async () => {
    for (const [archive, text] of [
      ["/nowhere/cifar.tar.gz", "There is no archive at"],
      [__filename, "a tar archive compressed with gzip is needed"],
    ] as const) {
      const error = await runLocally({ ...options(), archive }, unused).catch(
        (reason: unknown) => reason,
      );

      expect(error)
        .to.have.property("message")
        .that.includes(text)
        .and.includes(path.basename(archive));
    }
  });

  it("stops with the near names when a class does not exist", async () => {
    const error = await runLocally(
      { ...options(), classes: ["bicycle", "motorbike"] },
      unused,
    ).catch((reason: unknown) => reason);

    expect(error).to.have.property("message").that.includes("motorbike");
  });

  it("trains on, scores and classifies a dataset in RecordIO, and stores nothing else", async () => {
    // Prepare
    let result: Run | undefined;
    let keys: readonly string[] = [];

    // Act
    await runLocally({ ...options("dataset.format=recordio"), images: 6 }, async (run, cloud) => {
      result = run;
      keys = await datasetKeys(cloud);
    });

    // Assess
    expect(result?.summary.dataset).to.deep.include({
      format: "recordio",
      imageShape: [3, 32, 32],
    });
    expect(result?.summary.classification.images).to.equal(6);
    expect(result?.summary.classification.verdicts.failed).to.equal(0);
    expect(keys.filter((key) => !key.startsWith("models/"))).to.have.members([
      "manifest.json",
      ...["train", "validation", "test"].flatMap((split) => [`${split}.idx`, `${split}.rec`]),
    ]);
  });

  it("names the switch when the endpoint is switched off", async () => {
    // Prepare
    let classified: Run | undefined;

    // Act
    const error = await runLocally({ ...options("endpoint.enabled=false"), images: 3 }, (run) => {
      classified = run;
      return Promise.resolve();
    }).catch((reason: unknown) => reason);

    // Assess
    expect(classified?.summary.endpoint).to.equal(undefined);
    expect(error).to.have.property("name", "RunCheckError");
    expect(error).to.have.property("message", `3 executions failed: 3 x ${ENDPOINT_DISABLED}`);
  });
});

/** Keys in the one bucket that has a dataset's manifest. */
async function datasetKeys(cloud: Cloud): Promise<readonly string[]> {
  const s3 = new S3Client(cloud.deployerSession());
  const { Buckets = [] } = await s3.send(new ListBucketsCommand({}));
  for (const { Name } of Buckets) {
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: Name }));
    const keys = Contents.map(({ Key }) => String(Key));
    if (keys.includes("manifest.json")) {
      return keys;
    }
  }
  return [];
}

/**
 * What AWS asks a role for where the local cloud has nothing to ask: it keeps no logs, metrics,
 * traces or alarms, pulls no image from a registry, and runs the children of a map in one process.
 */
const BEYOND_THE_LOCAL_CLOUD: Readonly<Record<string, string>> = {
  "cloudwatch:DescribeAlarms": "Deployment guardrails, SageMaker Developer Guide",
  "cloudwatch:PutMetricData": "SageMaker Roles, SageMaker Developer Guide",
  "ecr:": "SageMaker Roles, SageMaker Developer Guide",
  "states:DescribeExecution": "IAM policies for using Distributed Map states, Step Functions",
  "states:StopExecution": "IAM policies for using Distributed Map states, Step Functions",
  "logs:": "Execution role permissions, Lambda; Logging, Step Functions; SageMaker Roles",
  "xray:": "Using Lambda with X-Ray; X-Ray and Step Functions",
};

function isBeyondTheLocalCloud(action: string): boolean {
  return Object.keys(BEYOND_THE_LOCAL_CLOUD).some((prefix) => action.startsWith(prefix));
}

/** What an upload starts an execution with. */
interface UploadEvent {
  readonly detail: {
    readonly bucket: { readonly name: string };
    readonly object: { readonly key: string; readonly "version-id": string };
  };
}

/** What a user of the inference bucket can do: put images in, read results. */
function bucketOf({ classifications, summary, outputs }: Run, cloud: Cloud) {
  const [{ execution } = { execution: undefined }] = classifications;
  const Bucket = (execution?.input as UploadEvent).detail.bucket.name;
  const stateMachine = String(execution?.arn)
    .replace(":execution:", ":stateMachine:")
    .replace(/:[^:]+$/, "");
  const s3 = new S3Client(cloud.deployerSession());
  return {
    workflow: {
      reviewMachineArn: cloud.stepFunctions.arns.find((arn) => /:review-/.test(arn)) ?? "",
      cloud,
      bucket: Bucket,
      stateMachineArn: stateMachine,
      endpointName: summary.endpoint?.name ?? "",
      reviewTopicArn: cloud.topics.arns.find((arn) => arn.includes("review")) ?? "",
      outputs,
      pictures: classifications.slice(0, 4).map(({ png }) => png),
    },
    upload: async (Key: string, Body: Buffer): Promise<Execution> => {
      await s3.send(new PutObjectCommand({ Bucket, Key, Body }));
      const started = cloud.stepFunctions.executions(stateMachine).at(-1) as Execution;
      await cloud.stepFunctions.settled(started);
      return started;
    },
    classify: async (key: string): Promise<Execution> => {
      const started = cloud.stepFunctions.startExecution(stateMachine, { bucket: Bucket, key });
      await cloud.stepFunctions.settled(started);
      return started;
    },
    read: async (Key: string) => {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
      return JSON.parse((await buffer(Body as Readable)).toString()) as Record<string, unknown>;
    },
  };
}
