#!/usr/bin/env -S node --import tsx
/** `npm run classify`: a folder, files, a prefix in S3 or a list of these -> a table of verdicts. */
import * as path from "node:path";
import { performance } from "node:perf_hooks";
import { Command, InvalidArgumentError } from "commander";
import { repeatableText } from "../../common/commandLine";
import { showProgress } from "../../common/progress";
import { damagedLines } from "../damaged";
import { checkWritable } from "../output";
import { EXIT_CODES, runCommand } from "../program";
import { UsageError, withTarget, withWorkflow, type TargetFlags, type Workflow } from "../workflow";
import { checkedRunName, classifyImages, type Outcome } from "./classify";
import { RESULT_FORMATS, writeResults, type ResultFormat, type Tally } from "./results";
import { expandSources, runNameOf } from "./sources";

interface Flags extends TargetFlags {
  readonly list: readonly string[];
  readonly name?: string;
  readonly out?: string;
  readonly dryRun?: true;
}

const command = withTarget(
  new Command("classify")
    .description(
      "Classifies images by the deployed workflow: brings them to its bucket, starts " +
        "it, waits, and writes what became of each. The same command again goes on " +
        "where it was interrupted, and classifies nothing twice.",
    )
    .argument("[images...]", "folders, files, s3://BUCKET/PREFIX"),
)
  .addOption(
    repeatableText(
      "--list <file>",
      "file with a path or URI a line, `-` for standard input; paths are relative to it",
    ),
  )
  .option(
    "--name <run>",
    "name of the run; made of the images unless given, so that it is found again",
  )
  .option(
    "--out <file>",
    `table of the verdicts: ${RESULT_FORMATS.join(", ")}; out/classify-<run>.csv unless given`,
    parseOut,
  )
  .option("--dry-run", "only say what would be classified")
  .addHelpText(
    "after",
    `
In folders, images are known by their names; a file that is named itself is
always taken. Images of other buckets are copied; those under incoming/ and
batches/ of the workflow's own stay where they are. Up to twenty images go
through one execution as a list, more through a distributed map.

Exit codes:
  0    every image has a verdict: accepted, or for review
  ${EXIT_CODES.failed}    something failed
  ${EXIT_CODES.usage}    wrong option or stack config
  ${EXIT_CODES.withoutVerdict}    some have none, or a damaged record: see the table, and \`npm run replay\`
  ${EXIT_CODES.interrupted}  interrupted; an execution goes on without us`,
  );

runCommand(command, async (signal) => {
  const flags = command.opts<Flags>();
  const named = command.args;
  if (named.length === 0 && flags.list.length === 0) {
    throw new UsageError("name images, or a --list of them; --help tells more");
  }
  const progress = showProgress(process.stderr);
  return withWorkflow(flags, async (workflow) => {
    const { inferenceBucket } = workflow;
    const started = performance.now();
    const { sources, skipped } = await expandSources(
      named,
      flags.list,
      workflow.s3,
      inferenceBucket,
    );
    if (skipped > 0) {
      progress.note(`${skipped} files are no images by their names, or links to folders`);
    }
    if (sources.length === 0) {
      throw new UsageError(`there is no image in ${[...named, ...flags.list].join(", ")}`);
    }
    const run = checkedRunName(flags.name ?? runNameOf(named, sources));
    if (flags.dryRun === true) {
      process.stdout.write(`would classify ${sources.length} images as the run ${run}\n`);
      return 0;
    }
    const out = flags.out ?? path.join("out", `classify-${run}.csv`);
    await checkWritable(out);
    const outcome = await classifyImages(workflow, sources, { run, signal, progress });
    const tally = await writeResults(out, formatOf(out) ?? ".csv", inferenceBucket, outcome);
    const seconds = (performance.now() - started) / 1000;
    process.stdout.write(
      `${tableOf(tally, seconds, workflow.priceEstimate, outcome)}\nWritten: ${out}\n`,
    );
    const withoutVerdict = tally.failed + tally.none + tally.damaged.length;
    return withoutVerdict > 0 ? EXIT_CODES.withoutVerdict : 0;
  });
});

function parseOut(file: string): string {
  if (formatOf(file) === undefined) {
    throw new InvalidArgumentError(`It must end in ${RESULT_FORMATS.join(", ")}.`);
  }
  return file;
}

function formatOf(file: string): ResultFormat | undefined {
  return RESULT_FORMATS.find((each) => path.extname(file).toLowerCase() === each);
}

function tableOf(
  { errors, damaged, ...tally }: Tally,
  seconds: number,
  price: Workflow["priceEstimate"],
  { placed, asked, failure }: Outcome,
): string {
  const share = (count: number) => `${((count / placed.length) * 100).toFixed(1)} %`;
  const row = (name: string, count: number, remark = "") =>
    `${name.padEnd(16)}${String(count).padStart(9)}${share(count).padStart(9)}  ${remark}`.trimEnd();
  const reasons = [...errors].map(([error, count]) => `${error} ${count}`).join(", ");
  // What an execution that failed has not come to nobody has claimed: no replay finds it.
  const advice =
    failure === undefined
      ? "`npm run replay -- --missing` looks into it"
      : "the same command again goes on with them";
  const dollars =
    (asked.listed * price.perThousandImages + asked.inBatches * price.perThousandInBatches) / 1000;
  return [
    row("accepted", tally.accepted),
    row("for review", tally.review),
    row("failed", tally.failed, reasons),
    row("not known", tally.none, tally.none > 0 ? advice : ""),
    ...(damaged.length === 0 ? [] : [row("damaged", damaged.length, "their records: see below")]),
    `${placed.length} images in ${seconds.toFixed(1)} s, ${(placed.length / seconds).toFixed(1)} images/s`,
    dollars === 0
      ? "Nothing was asked of the workflow, and so nothing paid for."
      : `${aboutDollars(dollars)}. ${price.basis}`,
    ...(failure === undefined ? [] : [`The execution failed: ${failure.error}: ${failure.cause}`]),
    ...damagedLines(damaged),
  ].join("\n");
}

function aboutDollars(amount: number): string {
  return amount < 0.01 ? "Less than $0.01" : `About $${amount.toFixed(2)}`;
}
