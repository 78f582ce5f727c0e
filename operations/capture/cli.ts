#!/usr/bin/env -S node --import tsx
/** `npm run capture`: reads what the endpoint was sent and what it answered, as data capture keeps it. */
import { statSync } from "node:fs";
import * as path from "node:path";
import { Command, InvalidArgumentError, Option } from "commander";
import { noCaptures, readCaptures, type CaptureCounts } from "../../common/captures";
import {
  captureFilesInFolder,
  captureFilesInS3,
  type CaptureFile,
  type TimeRange,
} from "../../common/captures/files";
import { showProgress } from "../../common/progress";
import type { DamagedRecord } from "../../common/recordError";
import { RecordReader } from "../../common/records";
import { wilsonInterval } from "../../common/statistics";
import { capturePrefixOf } from "../../contract/inference";
import { damagedLines } from "../damaged";
import { checkWritable, writeWhole } from "../output";
import { EXIT_CODES, runCommand } from "../program";
import { UsageError, withTarget, withWorkflow, type TargetFlags } from "../workflow";
import { reviewedInferences } from "./labels";
import { parseTime } from "./range";
import {
  countRow,
  emptyTally,
  ROW_FORMATS,
  rowOf,
  writeRows,
  type RowFormat,
  type RowOptions,
  type Tally,
} from "./rows";

interface Flags extends TargetFlags {
  readonly folder?: string;
  readonly from?: Date;
  readonly to?: Date;
  readonly format?: RowFormat;
  readonly out?: string;
  readonly bodies?: boolean;
  readonly labels?: true;
}

const NOW = new Date();
const USUAL_FROM = "24h";
const time = (text: string) => parseTime(text, NOW);

/** Captures may take so long until they are there: "a couple of minutes" (SageMaker's guide). */
const DELIVERY_MILLISECONDS = 5 * 60_000;

const command = withTarget(
  new Command("capture").description(
    "Reads the requests and answers that data capture has kept of a time, every " +
      "line of every file, counts what cannot be read, and writes a row of each.",
  ),
)
  .option("--folder <folder>", "files of captures on this machine, instead of a stack's")
  .option(
    "--from <time>",
    `first time that is meant; ${USUAL_FROM} unless given, of a folder everything`,
    time,
  )
  .option("--to <time>", "first time that is not meant any more; now unless given", time)
  .addOption(
    new Option(
      "--format <format>",
      "writes the records, to standard output unless there is --out",
    ).choices(ROW_FORMATS),
  )
  .option(
    "--out <file>",
    `file for the records: ${ROW_FORMATS.map((each) => `.${each}`).join(", ")}`,
    parseOut,
  )
  .option("--labels", "joined with what reviewers have said, by inference id; not of a folder")
  .option("--bodies", "with what was sent and answered itself, in base64")
  .addHelpText(
    "after",
    `
A time is 30m, 24h or 7d for so long ago, now, or as in 2026-11-26,
2026-11-26T09:30 or 2026-11-26T09:30:00+01:00, in UTC unless it says otherwise.
A record counts by its own time: the files of an hour more on both sides are
read, for a file is named after its first record, and some come late.

Exit codes:
  0    every line was read, and every answer of reviewers
  ${EXIT_CODES.failed}    something failed
  ${EXIT_CODES.usage}    wrong option or stack config
  ${EXIT_CODES.unreadable}    some could not be read: see the table
  ${EXIT_CODES.interrupted}  interrupted`,
  );

runCommand(command, read, "nothing was changed");

async function read(signal: AbortSignal): Promise<number> {
  const flags = command.opts<Flags>();
  const { folder, stack, outputs, config } = flags;
  if (folder === undefined) {
    const range = rangeOf(flags, time(USUAL_FROM));
    return withWorkflow(flags, async ({ s3, inferenceBucket, endpointName }) => {
      const prefix = capturePrefixOf(endpointName);
      const where = `s3://${inferenceBucket}/${prefix}`;
      const files = captureFilesInS3(s3, inferenceBucket, prefix, range);
      const reader = new RecordReader(s3, inferenceBucket);
      const reviewed =
        flags.labels === true ? await reviewedInferences(s3, inferenceBucket, reader) : undefined;
      const { damaged } = reader;
      return capture({ files, where, range, reviewed, damaged, isLive: true }, flags, signal);
    });
  }
  if (flags.labels === true) {
    throw new UsageError("--labels are those of a stack: --folder has none");
  }
  if (stack !== undefined || outputs !== undefined || config.length > 0) {
    throw new UsageError("--folder takes no --stack, no --outputs and no --config");
  }
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
    throw new UsageError(`--folder ${folder} is no folder`);
  }
  const range = rangeOf(flags, new Date(0));
  const files = captureFilesInFolder(folder, range);
  return capture({ files, where: folder, range, damaged: [], isLive: false }, flags, signal);
}

interface Source extends Pick<RowOptions, "reviewed"> {
  readonly files: AsyncIterable<CaptureFile>;
  readonly where: string;
  readonly range: TimeRange;
  /** Answers of reviewers that cannot be read. */
  readonly damaged: readonly DamagedRecord[];
  /** Whether more is being written. */
  readonly isLive: boolean;
}

async function capture(
  { files, where, range, reviewed, damaged, isLive }: Source,
  { format, out, bodies: withBodies = false }: Flags,
  signal: AbortSignal,
): Promise<number> {
  const counts = noCaptures();
  const tally = emptyTally();
  const options = { withBodies, reviewed };
  const progress = showProgress(process.stderr);
  const task = progress.start("read", undefined, "records");
  async function* rows() {
    for await (const record of readCaptures(until(signal, files), range, counts)) {
      signal.throwIfAborted();
      task.advance(1);
      const row = rowOf(record, options);
      countRow(row, tally);
      yield row;
    }
  }
  if (out !== undefined) {
    await checkWritable(out);
    const named = format ?? formatOf(out) ?? "jsonl";
    await writeWhole(out, (file) => writeRows(rows(), named, file, { end: true, ...options }));
  } else if (format !== undefined) {
    await writeRows(rows(), format, process.stdout, { end: false, ...options });
  } else {
    const each = rows();
    while ((await each.next()).done !== true) {
      // There is nothing to do with a row but count it.
    }
  }
  task.done();
  if (isLive && NOW.getTime() - range.to.getTime() < DELIVERY_MILLISECONDS) {
    progress.note("Captures of the last minutes may not be there yet");
  }
  const isOutputTaken = out === undefined && format !== undefined;
  const summary = isOutputTaken ? process.stderr : process.stdout;
  summary.write([tableOf(where, range, counts, tally), ...damagedLines(damaged), ""].join("\n"));
  if (out !== undefined) {
    summary.write(`Written: ${out}\n`);
  }
  const isWhole = Object.keys(counts.unreadable).length === 0 && damaged.length === 0;
  return isWhole ? 0 : EXIT_CODES.unreadable;
}

/** The same files, but none any more when the signal is given, which throws its reason. */
async function* until(
  signal: AbortSignal,
  files: AsyncIterable<CaptureFile>,
): AsyncGenerator<CaptureFile> {
  for await (const file of files) {
    signal.throwIfAborted();
    yield file;
  }
}

function rangeOf({ from: given, to = NOW }: Flags, usual: Date): TimeRange {
  const from = given ?? usual;
  if (from >= to) {
    throw new UsageError(`--from ${from.toISOString()} is not before --to ${to.toISOString()}`);
  }
  return { from, to };
}

function parseOut(file: string): string {
  if (formatOf(file) === undefined) {
    throw new InvalidArgumentError(`It must end in .${ROW_FORMATS.join(" or .")}.`);
  }
  return file;
}

function formatOf(file: string): RowFormat | undefined {
  return ROW_FORMATS.find((each) => path.extname(file).toLowerCase() === `.${each}`);
}

function tableOf(
  where: string,
  { from, to }: TimeRange,
  counts: CaptureCounts,
  { labels, withoutScores, reviewed, right }: Tally,
): string {
  const row = (name: string, count: number, remark = "") =>
    `${name.padEnd(24)}${String(count).padStart(10)}  ${remark}`.trimEnd();
  const rowIf = (name: string, count: number, remark: string) =>
    count === 0 ? [] : [row(name, count, remark)];
  const share = (count: number) => `${((count / counts.records) * 100).toFixed(1)} %`;
  return [
    `${where}, from ${from.toISOString()} to ${to.toISOString()}`,
    row(
      "records",
      counts.records,
      `of ${counts.files} files, ${(counts.bytes / 1e6).toFixed(1)} MB`,
    ),
    ...rowIf("  late", counts.late, "in a file of a later hour than their own"),
    ...[...labels]
      .sort(([one], [other]) => one - other)
      .map(([label, { count, confidence }]) =>
        row(
          `  class ${label}`,
          count,
          `${share(count)}, mean confidence ${(confidence / count).toFixed(3)}`,
        ),
      ),
    ...rowIf("  without scores", withoutScores, "the answer is no list of numbers of 0 to 1"),
    ...rowIf(
      "  reviewed",
      reviewed,
      `of which the model took ${shareOf(right, reviewed)} for what they are`,
    ),
    ...rowIf("outside", counts.outside, "of these files, but not of this time"),
    ...rowIf("repeated", counts.repeated, "left out: an inference that was there before"),
    ...rowIf("files gone", counts.gone, "listed, but not there any more"),
    ...Object.entries(counts.unreadable).map(([problem, { lines, first }]) =>
      row(problem, lines, `could not be read, the first at ${first}`),
    ),
  ].join("\n");
}

/** A share with the interval that holds it with 95% confidence. */
function shareOf(count: number, all: number): string {
  const { low, high } = wilsonInterval(count, all);
  const percent = (share: number) => (share * 100).toFixed(1);
  return `${percent(count / all)} % (${percent(low)} to ${percent(high)})`;
}
