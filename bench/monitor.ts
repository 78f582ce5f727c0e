import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { promisify } from "node:util";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { Command } from "commander";
import { z } from "zod";
import { noCaptures, readCaptures } from "../common/captures";
import { captureFilesInFolder } from "../common/captures/files";
import { bodyOf, scoresOf } from "../common/captures/record";
import { imageFeatures } from "../common/imageFeatures";
import { PictureTally } from "../common/pictureTally";
import { DEFAULT_CLASSES } from "../contract/dataset";
import { CAPTURE_PREFIX, VARIANT_NAME } from "../contract/inference";
import { DRIFT_BASELINE_KEY } from "../contract/monitoring";
import { DRIFT_TIMEOUT_SECONDS } from "../infra/driftMonitor";
import { Cloud } from "../local/cloud";
import { START, writeCaptures } from "./captures/write";
import { parseCount, print, table } from "./table";

const BUCKET = "inference";
const ENDPOINT = "endpoint";
const HOUR_SECONDS = 3600;

/** Held-out pictures. */
const BASELINE_IMAGES = 300;

const outcome = z.object({
  images: z.number(),
  /** Seconds. */
  clock: z.number(),
  processor: z.number(),
  /** Most bytes of memory, Node.js's own included. */
  memory: z.number(),
});

/**
 * Judges hours with more and more pictures in them, as the drift monitor's function does: in a process
 * of its own, out of an S3 over HTTP. Prints how long one takes, and how many an hour may have until
 * the two that each run judges take longer than the function may.
 */
export async function benchMonitor(args: readonly string[]): Promise<void> {
  const { images } = new Command("bench monitor")
    .description("Judges hours of captured pictures as the drift monitor's function does.")
    .option(
      "--images <counts>",
      "pictures in an hour",
      (text) => text.split(",").map(parseCount),
      [1_000, 10_000, 100_000],
    )
    .parse([...args], { from: "user" })
    .opts<{ images: readonly number[] }>();
  const rows: string[][] = [];
  for (const count of images) {
    const { clock, processor, memory } = await judgeHour(count);
    rows.push([
      String(count),
      clock.toFixed(1),
      processor.toFixed(1),
      String(Math.round(count / clock)),
      `${Math.round(memory / 1e6)} MB`,
      String(Math.round((count / clock) * (DRIFT_TIMEOUT_SECONDS / 2))),
    ]);
  }
  print(
    table(
      [
        ...["pictures in an hour", "seconds", "CPU seconds", "pictures/s", "most memory"],
        `so many in an hour take ${DRIFT_TIMEOUT_SECONDS} s`,
      ],
      rows,
    ),
  );
}

async function judgeHour(images: number): Promise<z.infer<typeof outcome>> {
  const folder = mkdtempSync(path.join(tmpdir(), "monitor-bench-"));
  const captures = path.join(folder, "captures");
  const scratch = path.join(folder, "scratch");
  mkdirSync(scratch);
  const cloud = await Cloud.start({ region: "us-east-1", projectRoot: folder, scratch });
  try {
    cloud.s3.createBucket(BUCKET);
    writeCaptures(captures, images, images / HOUR_SECONDS);
    await upload(cloud, captures);
    const script = path.join(__dirname, "monitor", "judge.ts");
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ["--import", "tsx", script, BUCKET, ENDPOINT, String(START)],
      { env: { ...process.env, ...cloud.deployerEnvironment() } },
    );
    const judged = outcome.parse(JSON.parse(stdout));
    if (judged.images !== images) {
      throw new Error(`Of ${images} pictures ${judged.images} were judged`);
    }
    return judged;
  } finally {
    await cloud.stop();
    rmSync(folder, { recursive: true });
  }
}

/** Puts captures where the endpoint does, and a baseline of the first of them. */
async function upload(cloud: Cloud, folder: string): Promise<void> {
  const s3 = new S3Client(cloud.deployerSession());
  try {
    const files = readdirSync(folder, { recursive: true, encoding: "utf8" });
    for (const name of files.filter((each) => each.endsWith(".jsonl"))) {
      const Key = `${CAPTURE_PREFIX}/${ENDPOINT}/${VARIANT_NAME}/${name}`;
      const Body = await readFile(path.join(folder, name));
      await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body }));
    }
    const Body = JSON.stringify(await baselineOf(folder));
    await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: DRIFT_BASELINE_KEY, Body }));
  } finally {
    s3.destroy();
  }
}

async function baselineOf(folder: string) {
  const tally = new PictureTally(DEFAULT_CLASSES);
  const always = { from: new Date(0), to: new Date(START + HOUR_SECONDS * 1000) };
  const files = captureFilesInFolder(folder, always);
  for await (const { input, output } of readCaptures(files, always, noCaptures())) {
    const scores = output && scoresOf(output);
    if (input !== undefined && scores !== undefined) {
      tally.add({ scores, features: imageFeatures(bodyOf(input)) });
    }
    if (tally.images === BASELINE_IMAGES) {
      break;
    }
  }
  return tally.baseline();
}
