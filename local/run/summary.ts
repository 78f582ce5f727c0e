/** What a run has shown, as plain data: `out/summary.json`, from which the reports are made. */
import type { DatasetSummary } from "../../contract/dataset";
import type { Verdict } from "../../contract/inference";
import type { PriceEstimate } from "../../contract/price";
import type { DriftWindow } from "../../contract/monitoring";
import type { TrainingResult } from "../../contract/training";
import {
  calibration,
  percentile,
  wilsonInterval,
  type Calibration,
  type Interval,
} from "../../common/statistics";
import type { AlarmResult, PolicyResult } from "../../operations/report/report";
import type { EndpointDescription } from "../cloud/services/sagemaker/service";
import type { PeopleSummary } from "./people";
import type { Captured, Classification } from "./traffic";

export interface Summary {
  readonly project: string;
  readonly stack: string;
  readonly archive: {
    /** Generated images instead of CIFAR-100: good for seeing it work, not for judging it. */
    readonly isSample: boolean;
    readonly source: string;
  };
  readonly policies: {
    readonly asked: number;
    readonly resources: number;
    /** Of all that were asked; one that several resources are excepted from is there for each. */
    readonly results: readonly PolicyResult[];
  };
  readonly price: PriceEstimate;
  readonly dataset: DatasetSummary;
  readonly training: {
    readonly job: string;
    readonly artefact: string;
    /** Values of each metric, epoch by epoch. */
    readonly metrics: Readonly<Record<string, readonly number[]>>;
  };
  /** Absent when the stack's endpoint is switched off. */
  readonly endpoint?: EndpointSummary;
  readonly classification: ClassificationSummary;
  readonly people: PeopleSummary;
  /** What the drift monitor says of the run, hour by hour or day by day; nothing if it is off. */
  readonly drift: readonly DriftWindow[];
  /** As they stand at the end of the run. */
  readonly alarms: readonly AlarmResult[];
  /** Wall time per stage, in the order in which they ran. */
  readonly seconds: Readonly<Record<string, number>>;
}

export interface EndpointSummary {
  readonly name: string;
  readonly status: string;
  readonly variant: string;
  readonly instanceType: string;
  readonly instanceCount: number;
  readonly invocations: number;
  readonly capture: Captured & {
    readonly percentage: number;
    readonly destination: string;
  };
}

export interface ClassificationSummary {
  readonly images: number;
  readonly correct: number;
  /** 0 to 1. */
  readonly accuracy: number;
  /** 95% confidence. */
  readonly interval: Interval;
  /** Share of each class's images that were recognised; only classes that were shown. */
  readonly recall: Readonly<Record<string, number>>;
  /** Images by true class (row) and predicted class (column), both in label order. */
  readonly confusion: readonly (readonly number[])[];
  readonly verdicts: Readonly<Record<Verdict["verdict"] | "failed", number>>;
  /** Accuracy among the accepted; absent when nothing was accepted. */
  readonly acceptedAccuracy: number | undefined;
  readonly threshold: number | undefined;
  /** Of those that have a verdict. */
  readonly calibration: Calibration;
  /** Executions that failed, by error. */
  readonly errors: Readonly<Record<string, number>>;
  /** Milliseconds per execution and per state: median and 95th percentile. */
  readonly latency: Readonly<Record<string, { readonly p50: number; readonly p95: number }>>;
}

export interface Evidence extends Pick<
  Summary,
  "project" | "stack" | "archive" | "policies" | "price" | "people" | "drift" | "alarms"
> {
  readonly dataset: DatasetSummary;
  readonly trainingResult: TrainingResult;
  readonly trainingMetrics: ReadonlyMap<string, readonly number[]>;
  readonly endpoint: EndpointDescription | undefined;
  readonly classifications: readonly Classification[];
  readonly captured: Captured;
  readonly seconds: ReadonlyMap<string, number>;
}

export function summarizeRun(evidence: Evidence): Summary {
  const { project, stack, archive, policies, price, people, drift, alarms } = evidence;
  const { dataset, trainingResult, endpoint } = evidence;
  return {
    project,
    stack,
    archive,
    policies,
    price,
    dataset,
    training: {
      job: trainingResult.trainingJobName,
      artefact: trainingResult.modelDataUrl,
      metrics: Object.fromEntries(evidence.trainingMetrics),
    },
    ...(endpoint === undefined ? {} : { endpoint: summarizeEndpoint(endpoint, evidence.captured) }),
    classification: summarizeClassifications(evidence.classifications, dataset.classes),
    people,
    drift,
    alarms,
    seconds: Object.fromEntries(
      [...evidence.seconds].map(([stage, seconds]) => [stage, round(seconds, 2)]),
    ),
  };
}

function summarizeEndpoint(
  { name, status, configuration, invocations }: EndpointDescription,
  captured: Captured,
): EndpointSummary {
  const { variantName, instanceType, instanceCount, capture } = configuration;
  return {
    name,
    status,
    variant: variantName,
    instanceType,
    instanceCount,
    invocations,
    capture: {
      percentage: capture?.percentage ?? 0,
      destination: capture?.destination ?? "nowhere",
      ...captured,
    },
  };
}

/** @param classes in label order */
export function summarizeClassifications(
  classifications: readonly Classification[],
  classes: readonly string[],
): ClassificationSummary {
  const judged = classifications.flatMap(({ image, verdict }) =>
    verdict === undefined ? [] : [{ truth: image.label, ...verdict }],
  );
  const isRight = ({ truth, label }: { truth: number; label: string }) => classes[truth] === label;
  const correct = judged.filter(isRight).length;
  const accepted = judged.filter(({ verdict }) => verdict === "accepted");
  const failed = classifications.filter(({ verdict }) => verdict === undefined);
  const confusion = classes.map((_, truth) =>
    classes.map((name) => judged.filter((it) => it.truth === truth && it.label === name).length),
  );
  const images = classifications.length;
  return {
    images,
    correct,
    accuracy: round(images === 0 ? 0 : correct / images, 4),
    interval: wilsonInterval(correct, images),
    recall: Object.fromEntries(
      classes.flatMap((name, label) => {
        const shown = classifications.filter(({ image }) => image.label === label).length;
        const recognised = confusion[label]?.[label] ?? 0;
        return shown === 0 ? [] : [[name, round(recognised / shown, 4)]];
      }),
    ),
    confusion,
    verdicts: {
      accepted: accepted.length,
      review: judged.length - accepted.length,
      failed: failed.length,
    },
    acceptedAccuracy:
      accepted.length === 0
        ? undefined
        : round(accepted.filter(isRight).length / accepted.length, 4),
    threshold: judged[0]?.threshold,
    calibration: calibration(judged.map((it) => ({ ...it, isRight: isRight(it) }))),
    errors: countBy(failed.map(({ execution }) => execution.error ?? execution.status)),
    latency: latencies(classifications),
  };
}

function latencies(classifications: readonly Classification[]): ClassificationSummary["latency"] {
  return Object.fromEntries(
    Object.entries(latencySamples(classifications)).map(([name, values]) => [
      name,
      { p50: round(percentile(values, 0.5), 2), p95: round(percentile(values, 0.95), 2) },
    ]),
  );
}

/** Milliseconds of all executions, and of each state. */
export function latencySamples(
  classifications: readonly Classification[],
): Readonly<Record<string, readonly number[]>> {
  const samples = new Map<string, number[]>();
  const add = (name: string, milliseconds: number) => {
    const values = samples.get(name) ?? [];
    values.push(milliseconds);
    samples.set(name, values);
  };
  for (const { execution } of classifications) {
    add("execution", execution.milliseconds);
    for (const { name, milliseconds } of execution.states) {
      add(name, milliseconds);
    }
  }
  return Object.fromEntries(samples);
}

function countBy(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names) {
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
