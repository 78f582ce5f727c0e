/**
 * What the model of scale reckons with: every number with where it is from. Nobody compared a number
 * that is `from memory` with AWS's page; look at the page that it names before you rely on it.
 */
import {
  EXPRESS_STEP,
  GIGABYTE_SECONDS_PER_IMAGE,
  INVOCATIONS_PER_IMAGE,
  TRANSITIONS_PER_IMAGE,
} from "../../infra/costs";
import { PRICES } from "../../infra/prices";
import { EXECUTION_TIMEOUT_SECONDS } from "../../infra/stateMachine";

interface Fact {
  readonly value: number;
  readonly unit: string;
  readonly means: string;
  readonly source: string;
}

const READ = "an archived copy, read on 2026-11-26";
const MEMORY = "from memory, 2026-11-26";
const PRICE_TABLE = "infra/prices.ts: unverified";
const ASSUMED = "assumed: measure yours";

const STEP_FUNCTIONS_PRICES = `"AWS Step Functions pricing", ${READ}`;
const STEP_FUNCTIONS_QUOTAS = '"Step Functions service quotas"';

export const FACTS = {
  // Prices, us-east-1, US dollars.
  stateTransition: {
    value: PRICES.stateTransition,
    unit: "$",
    means: "one transition of a Standard workflow",
    source: PRICE_TABLE,
  },
  expressRequest: {
    value: PRICES.expressRequest,
    unit: "$",
    means: "one execution of an Express workflow",
    source: STEP_FUNCTIONS_PRICES,
  },
  expressGigabyteHour: {
    value: PRICES.expressGigabyteHour,
    unit: "$",
    means: "one GB-hour of Express, the first 1,000 of a month",
    source: STEP_FUNCTIONS_PRICES,
  },
  expressGigabyteHourNext: {
    value: PRICES.expressGigabyteHourNext,
    unit: "$",
    means: "the same, the next 4,000",
    source: STEP_FUNCTIONS_PRICES,
  },
  expressGigabyteHourRest: {
    value: PRICES.expressGigabyteHourRest,
    unit: "$",
    means: "the same, all others",
    source: STEP_FUNCTIONS_PRICES,
  },
  expressBilledMegabytes: {
    value: EXPRESS_STEP.megabytes,
    unit: "MB",
    means: "memory is billed in steps of this size; 50 MB and the data of a batch fit into one",
    source: STEP_FUNCTIONS_PRICES,
  },
  expressBilledSeconds: {
    value: EXPRESS_STEP.seconds,
    unit: "s",
    means: "time is billed in steps of this length",
    source: STEP_FUNCTIONS_PRICES,
  },
  lambdaRequest: {
    value: PRICES.lambdaRequest,
    unit: "$",
    means: "one invocation of a function",
    source: PRICE_TABLE,
  },
  lambdaGigabyteSecond: {
    value: PRICES.lambdaGigabyteSecond,
    unit: "$",
    means: "one GB-second of a function on arm64",
    source: PRICE_TABLE,
  },
  s3Write: {
    value: 0.000005,
    unit: "$",
    means: "one PUT of S3 Standard",
    source: `"Amazon S3 pricing", ${MEMORY}`,
  },
  s3Read: {
    value: 0.0000004,
    unit: "$",
    means: "one GET or HEAD of S3 Standard",
    source: `"Amazon S3 pricing", ${MEMORY}`,
  },
  logGigabyte: {
    value: 0.5,
    unit: "$",
    means: "one GB of log lines taken in",
    source: `"Amazon CloudWatch pricing", ${MEMORY}`,
  },
  // Quotas and limits.
  mapChildren: {
    value: 10_000,
    unit: "children",
    means: "of one distributed map at once",
    source: `"Using Map state in Distributed mode", ${MEMORY}`,
  },
  mapItems: {
    value: 100_000_000,
    unit: "items",
    means: "most that a distributed map reads (`MaxItems`)",
    source: `"ItemReader (Map)", ${MEMORY}`,
  },
  expressSeconds: {
    value: 300,
    unit: "s",
    means: "longest execution of an Express workflow",
    source: `"Quotas for Express Workflows", ${READ}`,
  },
  stateBytes: {
    value: 262_144,
    unit: "bytes",
    means: "largest input or output of a state",
    source: `"Quotas for Express Workflows", ${READ}`,
  },
  historyEvents: {
    value: 25_000,
    unit: "events",
    means: "longest history of a Standard execution",
    source: `${STEP_FUNCTIONS_QUOTAS}, ${MEMORY}`,
  },
  transitionsPerSecond: {
    value: 5_000,
    unit: "a second",
    means: "transitions of Standard workflows in an account, in the largest regions",
    source: `${STEP_FUNCTIONS_QUOTAS}, ${MEMORY}`,
  },
  lambdaConcurrency: {
    value: 1_000,
    unit: "invocations",
    means: "at once in an account, unless raised; new accounts begin with fewer",
    source: `"Lambda quotas", ${MEMORY}`,
  },
  s3WritesPerSecond: {
    value: 3_500,
    unit: "a second",
    means: "PUTs under one prefix of a bucket",
    source: `"Best practices design patterns: optimizing Amazon S3 performance", ${MEMORY}`,
  },
  executionSeconds: {
    value: EXECUTION_TIMEOUT_SECONDS,
    unit: "s",
    means: "longest execution of our state machine",
    source: "infra/stateMachine.ts",
  },
  // What an image takes.
  transitionsPerImage: {
    value: TRANSITIONS_PER_IMAGE,
    unit: "transitions",
    means: "of one upload",
    source: "infra/costs.ts: the states on the way to a verdict",
  },
  invocationsPerImage: {
    value: INVOCATIONS_PER_IMAGE,
    unit: "invocations",
    means: "of functions",
    source: "infra/costs.ts",
  },
  gigabyteSecondsPerImage: {
    value: GIGABYTE_SECONDS_PER_IMAGE,
    unit: "GB-s",
    means: "of the three functions together",
    source: ASSUMED,
  },
  s3WritesPerImage: {
    value: 2,
    unit: "PUTs",
    means: "claim and record; the upload itself comes before, captures are written many at a time",
    source: "the state machine",
  },
  s3ReadsPerImage: {
    value: 2,
    unit: "GETs",
    means: "the image, and which version is the current one",
    source: "the state machine",
  },
  logBytesPerImage: {
    value: 4_000,
    unit: "bytes",
    means: "log lines and metrics of the three functions",
    source: ASSUMED,
  },
  transformStartSeconds: {
    value: 300,
    unit: "s",
    means: "until a transform job's instances serve",
    source: ASSUMED,
  },
} as const satisfies Readonly<Record<string, Fact>>;
