/** Time, cost and limits of classifying many images, from numbers that are all in `facts.ts`. */
import { expressCost, SECONDS_PER_IMAGE } from "../../infra/costs";
import { PRICES } from "../../infra/prices";
import { FACTS } from "./facts";

export const WAYS = [
  "uploads",
  "map of Express children",
  "map of Standard children",
  "Batch Transform",
] as const;
export type Way = (typeof WAYS)[number];

export interface Load {
  readonly images: number;
  readonly way: Way;
  /** Of the endpoint, or of the transform job. */
  readonly instances: number;
  /** Dollars per instance and hour. */
  readonly instanceHour: number;
  /** Images that one instance answers in a second. */
  readonly ratePerInstance: number;
  /** Images that one child execution takes. */
  readonly batchSize: number;
  /** Child executions at once. */
  readonly concurrency: number;
  /** Seconds from an image's first state to its last. */
  readonly latency: number;
}

/** Numbers that nobody gave. */
export const USUAL = {
  instanceType: "ml.m5.xlarge",
  ratePerInstance: 20,
  batchSize: 20,
  concurrency: 3,
  latency: SECONDS_PER_IMAGE,
} as const;

export interface Estimate {
  readonly imagesPerSecond: number;
  /** What holds it back. */
  readonly boundBy: string;
  readonly hours: number;
  /** In dollars. */
  readonly cost: Readonly<
    Record<"orchestration" | "functions" | "storage" | "logs" | "instances", number>
  >;
  readonly total: number;
  /** Reasons why it cannot be done like that. */
  readonly problems: readonly string[];
}

/** The numbers cannot be meant: not positive, or a fraction of a thing. */
export class ScalingInputError extends Error {
  override readonly name = "ScalingInputError";
}

/** @throws ScalingInputError */
export function estimate(load: Load): Estimate {
  refuseNonsense(load);
  const { images, way, instances, instanceHour } = load;
  const [boundBy, imagesPerSecond] = slowest(load);
  const isTransform = way === "Batch Transform";
  const seconds = images / imagesPerSecond + (isTransform ? FACTS.transformStartSeconds.value : 0);
  const hours = seconds / 3600;
  const perImage = (fact: { readonly value: number }) => images * fact.value;
  const cost = {
    orchestration: orchestrationCost(load),
    functions: isTransform
      ? 0
      : perImage(FACTS.invocationsPerImage) * FACTS.lambdaRequest.value +
        perImage(FACTS.gigabyteSecondsPerImage) * FACTS.lambdaGigabyteSecond.value,
    // A transform reads each image and writes an answer.
    storage: isTransform
      ? images * (FACTS.s3Read.value + FACTS.s3Write.value)
      : perImage(FACTS.s3WritesPerImage) * FACTS.s3Write.value +
        perImage(FACTS.s3ReadsPerImage) * FACTS.s3Read.value,
    logs: isTransform ? 0 : (perImage(FACTS.logBytesPerImage) / 1e9) * FACTS.logGigabyte.value,
    instances: instances * instanceHour * hours,
  };
  const total = Object.values(cost).reduce((sum, each) => sum + each, 0);
  return { imagesPerSecond, boundBy, hours, cost, total, problems: problemsOf(load, seconds) };
}

/** Price of an hour of an instance type, if the price table has it. */
export function instanceHourOf(type: string): number | undefined {
  return PRICES.hostingHour[type];
}

/** The child executions at once that a fleet can just be kept busy with. */
export function concurrencyFor(load: Omit<Load, "way" | "concurrency">): number {
  const { instances, ratePerInstance, latency, batchSize } = load;
  return Math.ceil((instances * ratePerInstance * latency) / batchSize);
}

function slowest(load: Load): readonly [string, number] {
  const { way, instances, ratePerInstance, batchSize, concurrency, latency } = load;
  const fleet = ["instances", instances * ratePerInstance] as const;
  const functions = ["Lambda's concurrency", FACTS.lambdaConcurrency.value / latency] as const;
  const writes = ["S3's writes per prefix", FACTS.s3WritesPerSecond.value] as const;
  const transitions = [
    "Step Functions' transitions",
    FACTS.transitionsPerSecond.value / FACTS.transitionsPerImage.value,
  ] as const;
  const children = ["workflow.batch.concurrency", (concurrency * batchSize) / latency] as const;
  const bounds = {
    uploads: [fleet, functions, writes, transitions],
    "map of Express children": [fleet, functions, writes, children],
    "map of Standard children": [fleet, functions, writes, children, transitions],
    "Batch Transform": [fleet],
  }[way];
  return bounds.reduce<readonly [string, number]>(
    (least, bound) => (bound[1] < least[1] ? bound : least),
    fleet,
  );
}

function orchestrationCost({ images, way, batchSize, latency }: Load): number {
  switch (way) {
    case "uploads":
    case "map of Standard children":
      return images * FACTS.transitionsPerImage.value * FACTS.stateTransition.value;
    case "Batch Transform":
      return 0;
    case "map of Express children":
      return expressCost(Math.ceil(images / batchSize), latency);
  }
}

function problemsOf({ images, way, concurrency, latency }: Load, seconds: number): string[] {
  const isMap = way.startsWith("map");
  return [
    ...(isMap && seconds > FACTS.executionSeconds.value
      ? ["takes longer than an execution may: more instances, or several prefixes"]
      : []),
    ...(isMap && images > FACTS.mapItems.value
      ? ["more items than a map reads: several prefixes"]
      : []),
    ...(isMap && concurrency > FACTS.mapChildren.value
      ? ["more children than a map has at once"]
      : []),
    ...(way === "map of Express children" && latency > FACTS.expressSeconds.value
      ? ["a child takes longer than an Express execution may"]
      : []),
  ];
}

function refuseNonsense(load: Load): void {
  for (const name of ["images", "instances", "batchSize", "concurrency"] as const) {
    if (!Number.isInteger(load[name]) || load[name] < 1) {
      throw new ScalingInputError(`${name} is ${load[name]}; it must be a whole number from 1 on`);
    }
  }
  for (const name of ["instanceHour", "ratePerInstance", "latency"] as const) {
    if (!(load[name] > 0 && Number.isFinite(load[name]))) {
      throw new ScalingInputError(`${name} is ${load[name]}; it must be a number above 0`);
    }
  }
}
