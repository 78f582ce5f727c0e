#!/usr/bin/env -S node --import tsx
/** `npm run load`: the workflow under load, in the local cloud or on a stack. */
import { randomUUID } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import * as path from "node:path";
import { S3Client } from "@aws-sdk/client-s3";
import { Command, InvalidArgumentError, Option } from "commander";
import { showProgress } from "../../../common/progress";
import { encodePng } from "../../../etl/formats/png";
import { damagedLines } from "../../../operations/damaged";
import { EXIT_CODES, InterruptedError, runCommand } from "../../../operations/program";
import { withTarget, withWorkflow, type TargetFlags } from "../../../operations/workflow";
import { drawPicture } from "../sample/picture";
import { measureLoad, type Target } from "./measure";
import { latencyPicture } from "./picture";
import { hasKeptPromise, renderLoad, summarizeLoad } from "./summary";

const PROJECT_ROOT = path.resolve(__dirname, "../../..");

/** Pictures that are sent in turn. */
const PICTURES = 12;

interface Flags extends TargetFlags {
  readonly rate: number;
  readonly images: number;
  readonly burst: number;
  readonly patience: number;
  readonly out: string;
}

const command = withTarget(
  new Command("load").description(
    "Uploads drawn pictures at a rate, waits for the record of each, and says how long they took. " +
      "Without --stack or --outputs it deploys into a local cloud of its own first.",
  ),
)
  .option("--rate <images>", "images a second, on average", parsePositive, 20)
  .option("--images <count>", "images in all", parseCount, 300)
  .option("--burst <count>", "images that are sent at the same time", parseCount, 1)
  .option(
    "--patience <seconds>",
    "after the last upload, until an image without a record counts as lost",
    parsePositive,
    120,
  )
  .addOption(
    new Option("--out <folder>", "where load.json and load.svg go").default(
      path.join(PROJECT_ROOT, "out"),
      "out",
    ),
  )
  .addHelpText(
    "after",
    `
Latencies begin when an image was due, not when it could be sent. Images of a
stack stay in its bucket, under incoming/load-..., as long as uploads do;
doubtful ones are announced like others. On AWS it costs what classifying so
many images costs.

To load a local cloud that is kept: npm run local -- --keep, and what it prints,
in another terminal.

Exit codes:
  0    every image taken in has one verdict, or one record of a failure
  ${EXIT_CODES.failed}    something failed
  ${EXIT_CODES.usage}    wrong option or stack config
  ${EXIT_CODES.withoutVerdict}    images were lost, recorded twice, or not taken by S3
  ${EXIT_CODES.unreadable}    records of failures are damaged: each is named
  ${EXIT_CODES.interrupted}  interrupted`,
  );

runCommand(command, async (signal) => {
  const flags = command.opts<Flags>();
  try {
    return await (flags.stack === undefined && flags.outputs === undefined
      ? inLocalCloud(signal, (target) => load(target, flags, signal))
      : withWorkflow(flags, (workflow) => load(workflow, flags, signal)));
  } catch (error) {
    // Unlike other commands this one does not go on where it was.
    throw signal.aborted ? new InterruptedError("Interrupted; nothing was measured") : error;
  }
});

async function load(target: Target, flags: Flags, signal: AbortSignal): Promise<number> {
  const { rate, images, burst, patience, out } = flags;
  const plan = { rate, images, burst };
  const progress = showProgress(process.stderr);
  const task = progress.start("classified", images, "images");
  let before = 0;
  const result = await measureLoad(target, {
    ...plan,
    name: `load-${randomUUID()}`,
    pictures: pictures(),
    patience,
    signal,
    onProgress: (_sent, ended) => {
      task.advance(ended - before);
      before = ended;
    },
  });
  task.done();
  const summary = summarizeLoad(plan, result);
  const title = `${images} images, ${rate} a second, ${burst} at once: time to the verdict`;
  await mkdir(out, { recursive: true });
  await writeFile(path.join(out, "load.json"), `${JSON.stringify(summary, undefined, 2)}\n`);
  await writeFile(path.join(out, "load.svg"), latencyPicture(title, result.samples));
  process.stdout.write(`${renderLoad(summary)}\n`);
  for (const [name, keys] of Object.entries({ lost: result.lost, doubled: result.doubled })) {
    for (const key of keys.slice(0, 5)) {
      process.stderr.write(`${name}: ${key}\n`);
    }
  }
  for (const line of damagedLines(result.damaged)) {
    process.stderr.write(`${line}\n`);
  }
  const files = ["load.json", "load.svg"].map((file) => path.relative("", path.join(out, file)));
  process.stdout.write(`Written: ${files.join(", ")}\n`);
  const isWhole = hasKeptPromise(summary) && result.sent === images;
  const unlessLost = result.damaged.length > 0 ? EXIT_CODES.unreadable : 0;
  return isWhole ? unlessLost : EXIT_CODES.withoutVerdict;
}

/** Deploys, and leaves nothing behind. */
async function inLocalCloud(
  signal: AbortSignal,
  act: (target: Target) => Promise<number>,
): Promise<number> {
  // Loaded only now: it takes a second, which help and wrong options need not wait for.
  const { runLocally } = await import("../run.js");
  const { showRunProgress } = await import("../progress.js");
  let code: number = EXIT_CODES.failed;
  const options = { projectRoot: PROJECT_ROOT, stack: "dev", overrides: [], images: PICTURES };
  const progress = showRunProgress(process.stderr);
  await runLocally({ ...options, signal, progress }, async ({ outputs }, cloud) => {
    progress.stage("load");
    const s3 = new S3Client(cloud.deployerSession());
    try {
      code = await act({ s3, inferenceBucket: outputs.inferenceBucket });
    } finally {
      s3.destroy();
    }
  });
  return code;
}

/** Of different classes, so that there are several verdicts. */
function pictures(): readonly Buffer[] {
  return Array.from({ length: PICTURES }, (_, index) =>
    Buffer.from(encodePng(drawPicture(index * 7, index))),
  );
}

function parseCount(text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1) {
    throw new InvalidArgumentError("It must be a whole number from 1 on.");
  }
  return count;
}

function parsePositive(text: string): number {
  const value = Number(text);
  if (!(value > 0 && Number.isFinite(value))) {
    throw new InvalidArgumentError("It must be a number above 0.");
  }
  return value;
}
