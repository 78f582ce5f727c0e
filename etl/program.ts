import type { S3Client } from "@aws-sdk/client-s3";
import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { createWorkFolder } from "../common/workFolder";
import { DATASET_FORMATS, DEFAULT_CLASSES, type DatasetFormat } from "../contract/dataset";
import { parseNumber } from "../contract/values";
import { Bucket } from "./bucket";
import { buildDataset } from "./build";
import { describeDataset, summarize, type Manifest } from "./dataset/manifest";
import { DatasetFolderError, EtlError, EXIT_CODES, UsageError } from "./errors";
import type { Patience } from "./fetch/download";
import { locateArchive, type ArchiveRequest } from "./fetch/locate";
import { drawContactSheet } from "./inspect";
import type { LabelsPlace } from "./labels/answers";
import { loadDataset } from "./load";
import { isTime, MOST_HELD_BACK } from "./recipe";
import { showProgress, type Progress, type ProgressStream } from "../common/progress";
import { bucketPlace, folderPlace, verifyDataset } from "./verify";

/** The world around the program. */
export interface EtlEnvironment {
  /** Gets results only. */
  readonly stdout: { write(text: string): unknown };
  /** Gets progress and errors. */
  readonly stderr: ProgressStream;
  /** Stops the program in good order. */
  readonly signal: AbortSignal;
  /** Keeps downloads, and the work of a `run`. */
  readonly cacheFolder: string;
  createS3Client(): S3Client;
  readonly patience?: Patience;
}

interface RecipeFlags extends ArchiveRequest {
  readonly classes: readonly string[];
  readonly validationFraction: number;
  readonly format: DatasetFormat;
  readonly labels?: string;
  readonly labelsUntil?: Date;
  readonly threads?: number;
}

interface JsonFlag {
  readonly json?: boolean;
}

interface PruneFlag {
  readonly prune?: boolean;
}

/**
 * Runs a command line. Never throws: failures are told on `stderr`.
 * @param args without the program's name
 * @returns the exit code, one of `EXIT_CODES` or 0
 */
export async function runEtl(
  args: readonly string[],
  environment: EtlEnvironment,
): Promise<number> {
  try {
    await createProgram(environment).parseAsync(args, { from: "user" });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) {
      // It has told what is wrong already.
      return error.exitCode === 0 ? 0 : EXIT_CODES.usage;
    }
    const known = error instanceof EtlError ? error : asFolderError(error);
    if (known !== undefined) {
      const keys = args[0] === "run" ? configKeys(known.message) : "";
      environment.stderr.write(`${known.name}: ${known.message}${keys}\n`);
      return known.exitCode;
    }
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    environment.stderr.write(`${text}\n`);
    return EXIT_CODES.unexpected;
  }
}

/** What a stack's config calls the options; an update gives them to `run`. */
const CONFIG_KEYS: Readonly<Record<string, string>> = {
  "--archive": "archive",
  "--md5": "archiveMd5",
  "--classes": "classes",
  "--validation-fraction": "validationFraction",
  "--labels-until": "labelsUntil",
};

/** Where to set the options that a message speaks of, for who did not give them as options. */
function configKeys(message: string): string {
  const keys = Object.entries(CONFIG_KEYS)
    .filter(([option]) => new RegExp(`${option}\\b`).test(message))
    .map(([option, key]) => `${option} is dataset.${key}`);
  return keys.length === 0 ? "" : `\nIn the config of a stack, ${keys.join(", ")}.`;
}

function createProgram(environment: EtlEnvironment): Command {
  const { stdout, stderr, signal } = environment;
  const progress = showProgress(stderr);
  const openBucket = (name: string): Bucket => new Bucket(environment.createS3Client(), name);
  const printJson = (value: unknown, flags: JsonFlag): void => {
    if (flags.json === true) {
      stdout.write(`${JSON.stringify(value)}\n`);
    }
  };
  const report = (manifest: Manifest, flags: JsonFlag): void => {
    const summary = summarize(manifest);
    progress.note(`dataset: ${describeDataset(summary)}; digest ${summary.digest}`);
    printJson(summary, flags);
  };

  const program = new Command("etl")
    .description("Turns the CIFAR-100 archive into a dataset that SageMaker can train on.")
    .addHelpText("after", exitCodesHelp())
    .exitOverride()
    .configureOutput({
      writeOut: (text) => stdout.write(text),
      writeErr: (text) => stderr.write(text),
    })
    .showHelpAfterError("(--help lists the options)");

  withArchive(command(program, "fetch", "downloads the archive, or finds it in the cache")).action(
    async (flags: ArchiveRequest & JsonFlag) => {
      const { path } = await locateArchive(flags, { ...environment, progress });
      progress.note(`archive: ${path}`);
      printJson({ path }, flags);
    },
  );

  withRecipe(command(program, "build", "makes a dataset folder from the archive"))
    .requiredOption("--out <folder>", "dataset folder to make")
    .action(async (flags: RecipeFlags & JsonFlag & { readonly out: string }) => {
      report(await build(flags, flags.out, progress, environment), flags);
    });

  withPrune(command(program, "load", "uploads a dataset folder to a bucket"))
    .requiredOption("--from <folder>", "dataset folder")
    .requiredOption("--bucket <name>", "bucket to upload to")
    .action(
      async (flags: JsonFlag & PruneFlag & { readonly from: string; readonly bucket: string }) => {
        const bucket = openBucket(flags.bucket);
        const prune = flags.prune === true;
        report(await loadDataset(flags.from, bucket, prune, progress, signal), flags);
      },
    );

  withPrune(withRecipe(command(program, "run", "builds a dataset and uploads it to a bucket")))
    .requiredOption("--bucket <name>", "bucket to upload to")
    .action(async (flags: RecipeFlags & JsonFlag & PruneFlag & { readonly bucket: string }) => {
      const parent = join(environment.cacheFolder, "work");
      mkdirSync(parent, { recursive: true });
      const work = createWorkFolder(parent, "etl");
      try {
        const folder = join(work, "dataset");
        await build(flags, folder, progress, environment);
        const bucket = openBucket(flags.bucket);
        const prune = flags.prune === true;
        report(await loadDataset(folder, bucket, prune, progress, signal), flags);
      } finally {
        rmSync(work, { recursive: true, force: true });
      }
    });

  command(program, "verify", "compares a dataset with its manifest, byte by byte")
    .option("--from <folder>", "dataset folder")
    .option("--bucket <name>", "bucket with a dataset")
    .action(async (flags: JsonFlag & { readonly from?: string; readonly bucket?: string }) => {
      if ((flags.from === undefined) === (flags.bucket === undefined)) {
        throw new UsageError("Say what to verify with either --from or --bucket.");
      }
      const place =
        flags.from === undefined
          ? bucketPlace(openBucket(flags.bucket ?? ""))
          : folderPlace(flags.from);
      report(await verifyDataset(place, progress, signal), flags);
    });

  command(program, "inspect", "draws a contact sheet of a dataset folder")
    .requiredOption("--from <folder>", "dataset folder")
    .option("--out <file>", "PNG to write", "contact-sheet.png")
    .option("--columns <number>", "images per class, 1 to 50", wholeNumber(1, 50), 10)
    .action(
      async (
        flags: JsonFlag & { readonly from: string; readonly out: string; readonly columns: number },
      ) => {
        const { manifest, sheet } = await drawContactSheet(flags.from, flags.columns);
        mkdirSync(dirname(flags.out), { recursive: true });
        writeFileSync(`${flags.out}.partial`, sheet);
        renameSync(`${flags.out}.partial`, flags.out);
        progress.note(`contact sheet: ${flags.out}`);
        report(manifest, flags);
      },
    );
  return program;
}

async function build(
  flags: RecipeFlags,
  folder: string,
  progress: Progress,
  environment: EtlEnvironment,
): Promise<Manifest> {
  const { classes, validationFraction, format, threads } = flags;
  const labels = labelsPlace(flags, environment);
  const { path, md5 } = await locateArchive(flags, { ...environment, progress });
  return buildDataset(
    { archive: path, md5, folder, classes, validationFraction, format, labels, threads },
    progress,
    environment.signal,
  );
}

function labelsPlace(
  { labels: place, labelsUntil: until }: RecipeFlags,
  environment: EtlEnvironment,
): LabelsPlace | undefined {
  if (place === undefined) {
    if (until !== undefined) {
      throw new UsageError("--labels-until says nothing without --labels: give both.");
    }
    return undefined;
  }
  return { place, until, openBucket: (name) => new Bucket(environment.createS3Client(), name) };
}

function command(program: Command, name: string, description: string): Command {
  return program
    .command(name)
    .description(description)
    .option("--json", "print the result as JSON on standard output");
}

function withArchive(to: Command): Command {
  return to
    .option(
      "--archive <place>",
      "CIFAR-100 archive: a file, or an https:// or s3:// URL (default: the official one)",
    )
    .option("--md5 <hex>", "MD5 the archive must have", parseMd5);
}

function withRecipe(to: Command): Command {
  return withArchive(to)
    .addOption(
      new Option("--classes <names>", "fine or coarse classes, comma separated, or all")
        .argParser(parseNames)
        .default([...DEFAULT_CLASSES], DEFAULT_CLASSES.join(",")),
    )
    .option(
      "--validation-fraction <share>",
      "training images held back, 0 to 0.5; with 0 the test images validate",
      fraction,
      0.1,
    )
    .addOption(
      new Option("--format <format>", "PNGs and lists, RecordIO, or both")
        .choices(DATASET_FORMATS)
        .default("image"),
    )
    .option(
      "--labels <place>",
      "also train on what reviewers have answered: s3://bucket/labels/, or a folder with a copy",
    )
    .option(
      "--labels-until <time>",
      "leave out answers kept after this time, such as 2026-11-26T12:00:00Z",
      pastTime,
    )
    .option("--threads <number>", "threads that write images, 1 to 64", wholeNumber(1, 64));
}

function withPrune(to: Command): Command {
  return to.option("--prune", "delete what earlier datasets left in the bucket");
}

function parseNames(text: string): string[] {
  return text.split(",").map((name) => name.trim());
}

function fraction(text: string): number {
  const value = parseNumber(text);
  if (value === undefined) {
    throw new InvalidArgumentError(`It must be a number from 0 to ${MOST_HELD_BACK}.`);
  }
  return value;
}

/** A time that is over: before, the same recipe would not give the same dataset twice. */
function pastTime(text: string): Date {
  if (!isTime(text)) {
    throw new InvalidArgumentError("It must be a time in UTC, such as 2026-11-26T12:00:00Z.");
  }
  const time = new Date(text);
  if (time.getTime() > Date.now()) {
    throw new InvalidArgumentError("It must be over: answers may still come until then.");
  }
  return time;
}

function parseMd5(text: string): string {
  if (!/^[0-9a-fA-F]{32}$/.test(text)) {
    throw new InvalidArgumentError("It must have 32 hexadecimal digits.");
  }
  return text.toLowerCase();
}

function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (!Number.isInteger(number) || number < least || number > most) {
      throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`);
    }
    return number;
  };
}

/** A disk that is full, or a folder that is not ours to write, is no bug. */
function asFolderError(error: unknown): DatasetFolderError | undefined {
  return error instanceof Error && "syscall" in error && "path" in error
    ? new DatasetFolderError(`${error.message}. Make room, or choose another folder.`, {
        cause: error,
      })
    : undefined;
}

function exitCodesHelp(): string {
  return `
Exit codes:
  0    done
  ${EXIT_CODES.unexpected}    a bug: please report it
  ${EXIT_CODES.usage}    wrong option or unknown class
  ${EXIT_CODES.archive}    the archive is missing, damaged or another one
  ${EXIT_CODES.dataset}    the dataset, its folder or a label is missing, damaged or in the way
  ${EXIT_CODES.network}    a server or a bucket cannot be reached, read or written
  ${EXIT_CODES.interrupted}  interrupted`;
}
