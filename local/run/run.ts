/** `npm run local`: the whole workflow in the local cloud, stage by stage. */
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { performance } from "node:perf_hooks";
import type * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { createWorkFolder } from "../../common/workFolder";
import { DEFAULT_CLASSES } from "../../contract/dataset";
import type * as program from "../../infra";
import { Cloud } from "../cloud";
import type { Fault } from "../cloud/services/sagemaker/faults";
import type { PolicyResult } from "../../operations/report/report";
import {
  deployProgram,
  isException,
  previewProgram,
  subjectOf,
  type Preview,
} from "../pulumi/deployment";
import { policyPackConfigOf } from "../pulumi/policyPackConfig";
import { replayOne, reviewOne, type PeopleSummary } from "./people";
import { writeSampleArchive } from "./sample";
import { readStackConfig, type ConfigOverride, type StackConfig } from "../pulumi/stackConfig";
import { alarmResults } from "./alarms";
import { monitorDrift } from "./drift";
import { summarizeRun, type Summary } from "./summary";
import { classifyHeldOutImages, countCaptured, type Classification } from "./traffic";

/** What the program exports, once everything is there. */
type StackOutputs = pulumi.Unwrap<typeof program>;

export interface RunOptions {
  /** The project's root folder. */
  readonly projectRoot: string;
  readonly stack: string;
  /** File or URL of a CIFAR-100 archive; a generated sample unless given. */
  readonly archive?: string;
  /** Classes to build the dataset from; those of the stack's config unless given. */
  readonly classes?: readonly string[];
  /** Held-out images to classify; all unless given. */
  readonly images?: number;
  readonly overrides: readonly ConfigOverride[];
  /** File with the config of the policy pack; that of the stack in the pack's folder unless given. */
  readonly policyConfig?: string;
  /** What is to go wrong with the endpoint, once each. */
  readonly faults?: readonly Fault[];
  /** Called when everything is deployed, before images are sent. */
  readonly onDeployed?: (outputs: StackOutputs, cloud: Cloud) => Promise<void>;
  /** Called when the deployment has failed, while the cloud still runs. */
  readonly onDeploymentFailed?: (error: unknown, cloud: Cloud) => Promise<void>;
  /** Ends the run early when aborted. */
  readonly signal: AbortSignal;
  readonly progress: RunProgress;
}

/** Told how the run comes along. */
export interface RunProgress {
  stage(name: string): void;
  /** A line of what happens within the stage; `source` is whoever said it. */
  line(source: string, text: string): void;
  /** How far a long step has come. */
  count(done: number, total: number, unit: string): void;
}

/** The run came to its end, but what it shows is not what the product promises. */
export class RunCheckError extends Error {
  override readonly name = "RunCheckError";
}

export interface Run {
  readonly outputs: StackOutputs;
  readonly summary: Summary;
  readonly classifications: readonly Classification[];
  /** Of the state machine, in Amazon States Language. */
  readonly definition: string;
}

/**
 * Deploys the stack into a new local cloud, classifies held-out images and summarises it all.
 * @param use is called with the result while the cloud still runs; then the cloud is stopped
 * @throws whatever a stage throws; the cloud is stopped in any case
 */
export async function runLocally(
  options: RunOptions,
  use: (run: Run, cloud: Cloud) => Promise<void>,
): Promise<void> {
  const { projectRoot, progress, signal } = options;
  const seconds = new Map<string, number>();
  const stage = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
    signal.throwIfAborted();
    progress.stage(name);
    const started = performance.now();
    try {
      return await Promise.race([work(), aborted(signal)]);
    } finally {
      seconds.set(name, (performance.now() - started) / 1000);
    }
  };

  const scratch = createWorkFolder(tmpdir(), "ml-workflow-aws");
  let cloud: Cloud | undefined;
  try {
    const policyPack = path.join(projectRoot, "policy");
    const policyConfig = policyPackConfigOf(policyPack, options.stack, options.policyConfig);
    const config = await prepareConfig(options, scratch);
    cloud = await Cloud.start({
      region: config.values["aws:region"] ?? "us-east-1",
      projectRoot,
      scratch,
      ...(options.faults === undefined ? {} : { faults: options.faults }),
      report: (source, line) => progress.line(source, line),
    });
    const running = cloud;
    const deployment = { program: path.join(projectRoot, "infra"), config, cloud };

    const preview = await stage("preview", () =>
      previewProgram(deployment, policyPack, policyConfig),
    );
    const law =
      policyConfig.file === undefined
        ? ""
        : `, as ${path.relative("", policyConfig.file)} has them,`;
    progress.line(
      "policy",
      `${preview.policies.length} policies${law} allow these ${preview.resources.length} resources`,
    );
    for (const violation of preview.violations) {
      const kind = isException(violation) ? "excepted" : "warning";
      const { policy, message } = violation;
      progress.line("policy", `${kind}: ${policy}: ${subjectOf(violation)}: ${message}`);
    }

    const { outputs, created } = await stage("deploy", () =>
      deployProgram(deployment, ({ type, name, seconds: taken, unseen }) => {
        if (unseen === undefined) {
          progress.line("created", `${type} ${name} (${taken.toFixed(1)} s)`);
        } else {
          progress.line("recorded", `${type} ${name}: ${unseen}`);
        }
      }),
    ).catch(async (error: unknown) => {
      signal.throwIfAborted();
      await options.onDeploymentFailed?.(error, running);
      throw error;
    });
    // Most resources take no time; the few that do are the stages of the workflow.
    for (const { name, seconds: taken } of created.filter((it) => it.seconds >= SLOW_SECONDS)) {
      seconds.set(`deploy: ${name}`, taken);
    }
    const stackOutputs = outputs as StackOutputs;
    await options.onDeployed?.(stackOutputs, running);

    const began = new Date();
    const classifications = await stage("classify", () =>
      classifyHeldOutImages({
        cloud: running,
        datasetBucket: stackOutputs.datasetBucket,
        inferenceBucket: stackOutputs.inferenceBucket,
        stateMachineArn: stackOutputs.stateMachineArn,
        ...(options.images === undefined ? {} : { images: options.images }),
        onClassified: (done, total) => progress.count(done, total, "images"),
      }),
    );
    const people = await stage("review and replay", () =>
      actAsPeople(running, stackOutputs, classifications, signal),
    );
    const endpoint = cloud.sagemaker.describeEndpoint(stackOutputs.endpointName);
    const captured = await stage("capture", async () => {
      await running.sagemaker.flushCapture();
      return countCaptured(running, endpoint?.configuration.capture?.destination);
    });

    const drift = await stage("drift", () =>
      monitorDrift(running, { from: began, to: new Date() }),
    );

    const summary = summarizeRun({
      project: config.project,
      stack: config.stack,
      archive: { isSample: options.archive === undefined, source: options.archive ?? "sample" },
      policies: {
        asked: preview.policies.length,
        resources: preview.resources.length,
        results: policyResults(preview),
      },
      price: stackOutputs.priceEstimate,
      dataset: stackOutputs.datasetSummary,
      trainingResult: stackOutputs.trainingResult,
      trainingMetrics: cloud.sagemaker.trainingJob(stackOutputs.trainingResult.trainingJobName)
        .metrics,
      endpoint,
      classifications,
      captured,
      people,
      drift,
      alarms: alarmResults(cloud),
      seconds,
    });
    const { definition } = cloud.stepFunctions.describe(stackOutputs.stateMachineArn);
    await use({ outputs: stackOutputs, summary, classifications, definition }, cloud);
    check(summary, endpoint?.captureLosses ?? [], cloud);
  } finally {
    await cloud?.stop();
    await rm(scratch, { recursive: true, force: true });
  }
}

/** Nobody is asked where the endpoint, or reviews, are switched off. */
async function actAsPeople(
  cloud: Cloud,
  outputs: StackOutputs,
  classifications: readonly Classification[],
  signal: AbortSignal,
): Promise<PeopleSummary> {
  const { reviewTopicArn, datasetSummary, endpointName } = outputs;
  const [first] = classifications;
  const isOn = cloud.sagemaker.describeEndpoint(endpointName) !== undefined;
  const review =
    isOn && reviewTopicArn !== null
      ? await reviewOne({ cloud, reviewTopicArn }, classifications, datasetSummary.classes)
      : undefined;
  const replay =
    isOn && first !== undefined
      ? await replayOne(cloud, { ...outputs, outputs }, first.png, signal)
      : undefined;
  return {
    ...(review === undefined ? {} : { review }),
    ...(replay === undefined ? {} : { replay }),
  };
}

/** What each policy said, or that it had nothing to say. */
function policyResults({ policies, violations }: Preview): readonly PolicyResult[] {
  return policies.flatMap((policy): readonly PolicyResult[] => {
    const said = violations.filter((violation) => violation.policy === policy);
    return said.length === 0
      ? [{ policy, outcome: "kept" }]
      : said.map((violation) => ({
          policy,
          outcome: isException(violation) ? "excepted" : "noted",
          resource: subjectOf(violation),
          note: violation.message,
        }));
  });
}

/** Resources that take longer than this are reported with their time. */
const SLOW_SECONDS = 0.2;

/** The stack's config, with what the command line changes; makes the sample archive if needed. */
async function prepareConfig(options: RunOptions, scratch: string): Promise<StackConfig> {
  const { projectRoot, stack, archive, classes } = options;
  const set = (key: string, value: unknown): ConfigOverride => ({ path: ["dataset", key], value });
  const chosen = [
    ...options.overrides,
    ...(classes === undefined ? [] : [set("classes", classes)]),
  ];
  const config = readStackConfig(projectRoot, stack, chosen);
  if (archive !== undefined) {
    return readStackConfig(projectRoot, stack, [...chosen, set("archive", located(archive))]);
  }
  const sample = path.join(scratch, "sample.tar.gz");
  await writeSampleArchive(sample, { classes: classesOf(config) });
  return readStackConfig(projectRoot, stack, [...chosen, set("archive", sample)]);
}

const datasetConfig = z.looseObject({
  classes: z.array(z.string()).default([...DEFAULT_CLASSES]),
});

function classesOf({ project, values }: StackConfig): readonly string[] {
  const parsed = datasetConfig.safeParse(JSON.parse(values[`${project}:dataset`] ?? "{}"));
  // Anything else wrong with it is for the program itself to refuse.
  return parsed.success ? parsed.data.classes : DEFAULT_CLASSES;
}

/** The program runs elsewhere, so a path must be absolute; a URL already is. */
function located(archive: string): string {
  return /^[a-z0-9]+:\/\//i.test(archive) ? archive : path.resolve(archive);
}

/** @throws {RunCheckError} when something was lost on the way, or the cloud itself had a bug */
function check(
  { classification, endpoint, people }: Summary,
  captureLosses: readonly Error[],
  cloud: Cloud,
): void {
  const { failed } = classification.verdicts;
  if (failed > 0) {
    const errors = Object.entries(classification.errors).map(
      ([name, count]) => `${count} x ${name}`,
    );
    throw new RunCheckError(`${failed} executions failed: ${errors.join(", ")}`);
  }
  if (people.replay?.classified === 0) {
    throw new RunCheckError(`The replay of ${people.replay.key} has not classified it`);
  }
  if (endpoint !== undefined && endpoint.capture.records !== endpoint.invocations) {
    throw new RunCheckError(
      `${endpoint.invocations} invocations of the endpoint, ` +
        `but ${endpoint.capture.records} captured records` +
        captureLosses
          .slice(0, 1)
          .map(({ message }) => `: ${message}`)
          .join(""),
    );
  }
  const [bug] = cloud.bugs;
  if (bug !== undefined) {
    throw bug;
  }
}

async function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const abort = () => reject(signal.reason as Error);
    signal.addEventListener("abort", abort, { once: true });
  });
}
