import { availableParallelism, loadavg } from "node:os";
import { performance } from "node:perf_hooks";
import { paginateListObjectsV2, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { Command } from "commander";
import { forEachConcurrently } from "../common/concurrency";
import { percentile } from "../common/statistics";
import { INFERENCE_PREFIXES } from "../contract/inference";
import type { Cloud } from "../local/cloud";
import type { Execution } from "../local/cloud/services/stepFunctions/service";
import { parseOverride } from "../local/pulumi/stackConfig";
import { runLocally } from "../local/run/run";
import { parseCount, print, table } from "./table";

const PROJECT_ROOT = `${__dirname}/..`;

/** Uploads whose executions run at the same time, as in `npm run local`. */
const AT_ONCE = 8;

/** Images of one list: their verdicts must fit into one state. */
const LISTED = 500;

/** Different pictures, which are sent again and again: of the sample, and of an archive. */
const PICTURES = { sample: 12, archive: 300 } as const;

interface Options {
  readonly uploads: number;
  readonly images: readonly number[];
  readonly archive?: string;
  readonly threshold: string;
}

/** What is there once the stack is deployed. */
interface Deployed {
  readonly cloud: Cloud;
  readonly s3: S3Client;
  readonly bucket: string;
  readonly stateMachineArn: string;
  readonly pictures: readonly Buffer[];
}

/**
 * Deploys the stack into the local cloud and prints how fast it classifies: uploads one after the
 * other, several at once, a list by a map inside of the execution, and many by a distributed map; what
 * of that takes the time; and the memory of the process after each.
 */
export async function benchLocal(args: readonly string[]): Promise<void> {
  const options = new Command("bench local")
    .description("Classifies images in the local cloud, one by one and by distributed maps.")
    .option("--uploads <count>", "images that are uploaded one by one", parseCount, 300)
    .option(
      "--images <counts>",
      "images of each distributed map",
      (text) => text.split(",").map(parseCount),
      [1_000, 10_000],
    )
    .option(
      "--archive <file>",
      "CIFAR-100 archive whose test images are sent; drawn ones unless given",
      process.env["CIFAR_ARCHIVE"],
    )
    .option(
      "--threshold <confidence>",
      "least that is accepted: whatever is below waits for a person, in an execution of its own",
      "0.1",
    )
    .parse([...args], { from: "user" })
    .opts<Options>();
  const { archive, threshold } = options;
  await runLocally(
    {
      projectRoot: PROJECT_ROOT,
      stack: "dev",
      ...(archive === undefined ? {} : { archive }),
      overrides: ["training.epochs=3", `workflow.confidenceThreshold=${threshold}`].map(
        parseOverride,
      ),
      images: PICTURES[archive === undefined ? "sample" : "archive"],
      signal: new AbortController().signal,
      progress: { stage: () => undefined, line: () => undefined, count: () => undefined },
    },
    async ({ outputs, classifications }, cloud) => {
      const s3 = new S3Client(cloud.deployerSession());
      try {
        await measure(options, {
          cloud,
          s3,
          bucket: outputs.inferenceBucket,
          stateMachineArn: outputs.stateMachineArn,
          pictures: classifications.map(({ png }) => png),
        });
      } finally {
        s3.destroy();
      }
    },
  );
}

async function measure({ uploads, images }: Options, deployed: Deployed): Promise<void> {
  const rows: string[][] = [];
  const executions: Execution[] = [];
  for (const lanes of [1, AT_ONCE]) {
    const measured = await timed(uploads, () =>
      uploadOneByOne(deployed, uploads, lanes, executions),
    );
    rows.push([`uploads, ${lanes} at a time`, ...measured]);
  }
  const listed = `${INFERENCE_PREFIXES.batches}bench/list/`;
  const keys = await putAll(deployed, listed, LISTED);
  const list = { images: keys.map((key) => ({ bucket: deployed.bucket, key })) };
  rows.push(["inline map", ...(await timed(LISTED, () => mapAll(deployed, list, listed, LISTED)))]);
  for (const [index, count] of images.entries()) {
    const prefix = `${INFERENCE_PREFIXES.batches}bench/${index}/`;
    await putAll(deployed, prefix, count);
    const measured = await timed(count, () => mapAll(deployed, { prefix }, prefix, count));
    rows.push(["distributed map", ...measured]);
  }
  const [ofLastMinute = 0] = loadavg();
  print(
    `Node.js ${process.versions.node}, ${availableParallelism()} cores, load ${ofLastMinute.toFixed(1)}: ` +
      `${deployed.pictures.length} different pictures; the stack's own functions, policies, keys and ` +
      "capture, in one process",
  );
  print("");
  print(
    table(
      ["way in", "images", "images/s", "CPU ms each", "main thread busy", "RSS MB", "heap MB"],
      rows,
    ),
  );
  print("");
  print(table(["state of an upload", "median ms", "p95 ms"], statesOf(executions)));
}

/** Cells of a row: what an amount of work took, and the memory after it. */
async function timed(count: number, work: () => Promise<void>): Promise<readonly string[]> {
  const loop = performance.eventLoopUtilization();
  const cpu = process.cpuUsage();
  const begin = performance.now();
  await work();
  const seconds = (performance.now() - begin) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  const { rss, heapUsed } = process.memoryUsage();
  return [
    String(count),
    (count / seconds).toFixed(0),
    ((user + system) / 1000 / count).toFixed(1),
    `${(100 * performance.eventLoopUtilization(loop).utilization).toFixed(0)}%`,
    (rss / 1e6).toFixed(0),
    (heapUsed / 1e6).toFixed(0),
  ];
}

async function put({ s3, bucket, pictures }: Deployed, Key: string, number: number): Promise<void> {
  const Body = pictures[number % pictures.length] as Buffer;
  await s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body, ContentType: "image/png" }));
}

/** @returns the keys of so many images under a prefix */
async function putAll(deployed: Deployed, prefix: string, count: number): Promise<string[]> {
  const keys = Array.from({ length: count }, (_, number) => `${prefix}${number}.png`);
  await forEachConcurrently(keys.entries(), AT_ONCE, ([number, key]) => put(deployed, key, number));
  return keys;
}

/** From the PUT of each image to its verdict. */
async function uploadOneByOne(
  deployed: Deployed,
  count: number,
  lanes: number,
  ended: Execution[],
): Promise<void> {
  const { stepFunctions } = deployed.cloud;
  await forEachConcurrently(Array(count).keys(), lanes, async (number) => {
    const key = `${INFERENCE_PREFIXES.incoming}bench/${lanes}/${number}.png`;
    await put(deployed, key, number);
    const execution = stepFunctions
      .executions(deployed.stateMachineArn)
      .findLast(({ input }) => (input as UploadEvent).detail?.object.key === key);
    if (execution === undefined) {
      throw new Error(`The upload of ${key} has started nothing`);
    }
    await stepFunctions.settled(execution);
    refuseFailed(execution);
    ended.push(execution);
  });
}

interface UploadEvent {
  readonly detail?: { readonly object: { readonly key: string } };
}

/**
 * All images under a prefix, by a request that names them; each must be accounted for, and none asked of
 * the endpoint twice.
 */
async function mapAll(
  deployed: Deployed,
  request: object,
  prefix: string,
  count: number,
): Promise<void> {
  const { stepFunctions } = deployed.cloud;
  const before = invocationsOf(deployed.cloud);
  const execution = stepFunctions.startExecution(deployed.stateMachineArn, request);
  await stepFunctions.settled(execution);
  refuseFailed(execution);
  const [run] = execution.mapRuns;
  const succeeded = run?.itemCounts.succeeded ?? (execution.output as readonly unknown[]).length;
  const asked = invocationsOf(deployed.cloud) - before;
  const records = await recordsOf(deployed, prefix);
  if (succeeded !== count || asked !== count || records !== count) {
    throw new Error(
      `Of ${count} images ${succeeded} came to an end, the endpoint was asked ${asked} times, and ` +
        `${records} verdicts were kept`,
    );
  }
}

async function recordsOf({ s3, bucket }: Deployed, prefix: string): Promise<number> {
  let records = 0;
  for (const verdict of [INFERENCE_PREFIXES.accepted, INFERENCE_PREFIXES.review]) {
    const listed = { Bucket: bucket, Prefix: verdict + prefix };
    for await (const { KeyCount = 0 } of paginateListObjectsV2({ client: s3 }, listed)) {
      records += KeyCount;
    }
  }
  return records;
}

function invocationsOf({ sagemaker }: Cloud): number {
  return sagemaker.names.endpoints.reduce(
    (sum, name) => sum + (sagemaker.describeEndpoint(name)?.invocations ?? 0),
    0,
  );
}

function refuseFailed({ status, error, cause }: Execution): void {
  if (status !== "SUCCEEDED") {
    throw new Error(`An execution is ${status}: ${error}: ${cause}`);
  }
}

/** Where an upload's time goes: states in their order. */
function statesOf(executions: readonly Execution[]): string[][] {
  const times = new Map<string, number[]>();
  for (const { name, milliseconds } of executions.flatMap(({ states }) => states)) {
    times.set(name, [...(times.get(name) ?? []), milliseconds]);
  }
  return [...times].map(([name, all]) => [
    name,
    percentile(all, 0.5).toFixed(2),
    percentile(all, 0.95).toFixed(2),
  ]);
}
