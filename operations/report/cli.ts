#!/usr/bin/env -S node --import tsx
/** `npm run report`: what a deployed stack has done of late, as one page. */
import * as path from "node:path";
import { Command, InvalidArgumentError, Option } from "commander";
import { z } from "zod";
import { name as project } from "../../package.json";
import { RecordReader } from "../../common/records";
import { parseTime } from "../capture/range";
import { damagedLines } from "../damaged";
import { checkWritable, writeWhole } from "../output";
import { EXIT_CODES, runCommand } from "../program";
import {
  StackOutputsError,
  UsageError,
  withTarget,
  withWorkflow,
  type TargetFlags,
} from "../workflow";
import { reportOutputs } from "./outputs";

interface Flags extends TargetFlags {
  readonly from: Date;
  readonly to: Date;
  readonly images: number;
  readonly out: string;
}

const NOW = new Date();
const time = (text: string) => parseTime(text, NOW);

const command = withTarget(
  new Command("report").description(
    "Writes a page about a deployed stack: verdicts, pictures and captures of a time, executions " +
      "and the way they went, dataset, reliability and price. Changes nothing.",
  ),
)
  .addOption(
    new Option("--from <time>", "first time that is meant")
      .argParser(time)
      .default(time("24h"), "24h"),
  )
  .addOption(
    new Option("--to <time>", "first time that is not meant any more")
      .argParser(time)
      .default(NOW, "now"),
  )
  .option("--images <count>", "images that are told, the latest", parseCount, 1000)
  .option("--out <file>", "the page", path.join("out", "stack-report.html"))
  .addHelpText(
    "after",
    `
A time is 30m, 24h or 7d for so long ago, now, or as in 2026-11-26T09:30. Of
each image that is told, a record is read; pictures are those that data capture
has kept.

Exit codes:
  0    the page is written, of every record
  ${EXIT_CODES.failed}    something failed
  ${EXIT_CODES.usage}    wrong option or stack config
  ${EXIT_CODES.unreadable}    damaged records are not on the page: each is named
  ${EXIT_CODES.interrupted}  interrupted`,
  );

runCommand(command, report, "nothing was changed");

async function report(signal: AbortSignal): Promise<number> {
  const flags = command.opts<Flags>();
  const { from, to, images, out } = flags;
  if (command.args.length > 0) {
    throw new UsageError(`report takes no ${command.args.join(" ")}; --help tells more`);
  }
  if (from >= to) {
    throw new UsageError(`--from ${from.toISOString()} is not before --to ${to.toISOString()}`);
  }
  return withWorkflow(flags, async (workflow) => {
    const outputs = reportOutputs.safeParse(workflow.outputs);
    if (!outputs.success) {
      throw new StackOutputsError(
        `The stack has not the outputs that a report is made of:\n${z.prettifyError(outputs.error)}`,
      );
    }
    const { collectReport } = await import("./collect.js");
    const { renderPage } = await import("./page.js");
    const stack = flags.stack ?? path.basename(flags.outputs ?? "");
    const options = { project, stack, range: { from, to }, images };
    await checkWritable(out);
    const reader = new RecordReader(workflow.s3, workflow.inferenceBucket);
    const page = renderPage(await collectReport(workflow, outputs.data, options, reader));
    signal.throwIfAborted();
    await writeWhole(out, async (file) => {
      file.end(page);
      await new Promise((resolve, reject) => file.once("finish", resolve).once("error", reject));
    });
    const { damaged } = reader;
    process.stdout.write([...damagedLines(damaged), `Written: ${out}`, ""].join("\n"));
    return damaged.length > 0 ? EXIT_CODES.unreadable : 0;
  });
}

function parseCount(text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1) {
    throw new InvalidArgumentError("It must be a whole number from 1.");
  }
  return count;
}
