#!/usr/bin/env -S node --import tsx
/** `npm run replay`: lists what failed, by error, and runs again what may work now. */
import { Command, Option } from "commander";
import { repeatableText } from "../../common/commandLine";
import { showProgress } from "../../common/progress";
import { RecordReader } from "../../common/records";
import { damagedLines } from "../damaged";
import { EXIT_CODES, runCommand } from "../program";
import { count } from "../report/format";
import { printable } from "../printable";
import { UsageError, withTarget, withWorkflow, type TargetFlags } from "../workflow";
import { explain, findFailures, type Unclassified } from "./failures";
import { findMissing } from "./missing";
import { replay } from "./replay";

interface Flags extends TargetFlags {
  readonly list?: true;
  readonly error: readonly string[];
  readonly prefix: string;
  readonly missing?: true;
}

const command = withTarget(
  new Command("replay").description(
    "Lists images on which there is no verdict, by the error they failed with, and " +
      "classifies those again that may work now. An image that has got its verdict " +
      "since is left alone.",
  ),
)
  .option("--list", "only list")
  .addOption(
    repeatableText("--error <name>", "classify those with this error again, and no others"),
  )
  .addOption(
    new Option(
      "--prefix <prefix>",
      "only images whose keys begin with it, as in incoming/2026-11/",
    ).default("", "all"),
  )
  .option(
    "--missing",
    "also look for images that left no record at all: compares all uploads with all records",
  )
  .addHelpText(
    "after",
    `
Exit codes:
  0    nothing is left that might work, and every record was read
  ${EXIT_CODES.failed}    something failed
  ${EXIT_CODES.usage}    wrong option or stack config
  ${EXIT_CODES.withoutVerdict}    some failed again
  ${EXIT_CODES.unreadable}    records are damaged: each is named
  ${EXIT_CODES.interrupted}  interrupted; executions that run go on`,
  );

runCommand(command, async (signal) => {
  const flags = command.opts<Flags>();
  if (command.args.length > 0) {
    throw new UsageError(`replay takes no ${command.args.join(" ")}; --help tells more`);
  }
  const progress = showProgress(process.stderr);
  return withWorkflow(flags, async (workflow) => {
    const reader = new RecordReader(workflow.s3, workflow.inferenceBucket);
    const { failures, settled } = await findFailures(workflow, flags.prefix, reader);
    const missing = flags.missing === true ? await findMissing(workflow, flags.prefix, reader) : [];
    const all = [...failures, ...missing];
    const chosen = all.filter(({ error }) =>
      flags.error.length > 0 ? flags.error.includes(error) : explain(error).isPassing,
    );
    const lines = [...linesOf(all, new Set(chosen), settled), ...damagedLines(reader.damaged)];
    process.stdout.write(`${lines.join("\n")}\n`);
    const unlessFailed = reader.damaged.length > 0 ? EXIT_CODES.unreadable : 0;
    if (flags.list === true || chosen.length === 0) {
      return unlessFailed;
    }
    const task = progress.start("replay", chosen.length, "images");
    const { classified, failedAgain } = await replay(workflow, chosen, { signal, task });
    task.done();
    const again = [...failedAgain].map(([error, count]) => `, ${count} failed again: ${error}`);
    process.stdout.write(`${classified} classified${again.join("")}\n`);
    return failedAgain.size > 0 ? EXIT_CODES.withoutVerdict : unlessFailed;
  });
});

/** One line for each error, with an example. */
function linesOf(
  all: readonly Unclassified[],
  chosen: ReadonlySet<Unclassified>,
  settled: number,
): readonly string[] {
  const lines = [
    `${count(all.length, "image")} without a verdict; ${settled} failed before, and got one since`,
  ];
  for (const error of new Set(all.map((each) => each.error))) {
    const images = all.filter((each) => each.error === error);
    const goes = images.some((each) => chosen.has(each)) ? "again" : "stays";
    lines.push(`${String(images.length).padStart(7)}  ${goes}  ${error}: ${explain(error).text}`);
    lines.push(`${" ".repeat(16)}such as ${printable(images[0]?.key ?? "")}`);
  }
  return lines;
}
