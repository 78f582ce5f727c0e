#!/usr/bin/env -S node --import tsx
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command, InvalidArgumentError } from "commander";
import { DEFAULT_CLASSES } from "../functions/contract";
import { Bucket } from "./bucket";
import { buildDataset, type BuildOptions } from "./build";
import { describeDataset, summarize, type Manifest } from "./dataset/manifest";
import { EtlError, EXIT_CODES } from "./errors";
import { loadDataset } from "./load";
import { showProgress } from "./progress";
import { createS3Client } from "./s3";

interface ReportFlags {
  readonly json?: boolean;
}

interface RecipeFlags {
  readonly archive: string;
  readonly md5?: string;
  readonly classes: readonly string[];
  readonly validationFraction: number;
}

const progress = showProgress(process.stderr);

const program = new Command("etl")
  .description("Turns the CIFAR-100 archive into a dataset that SageMaker can train on.")
  .showHelpAfterError("(--help lists the options)")
  .addHelpText("after", exitCodesHelp());

withRecipe(program.command("build").description("makes a dataset folder from an archive"))
  .requiredOption("--out <folder>", "dataset folder to make")
  .option("--json", "print the summary as JSON on standard output")
  .action(async (flags: RecipeFlags & ReportFlags & { readonly out: string }) => {
    report(await buildDataset(buildOptions(flags, flags.out), progress), flags);
  });

program
  .command("load")
  .description("uploads a dataset folder to a bucket")
  .requiredOption("--from <folder>", "dataset folder")
  .requiredOption("--bucket <name>", "bucket to upload to")
  .option("--json", "print the summary as JSON on standard output")
  .action(async (flags: ReportFlags & { readonly from: string; readonly bucket: string }) => {
    const bucket = new Bucket(createS3Client(), flags.bucket);
    report(await loadDataset(flags.from, bucket, progress), flags);
  });

withRecipe(program.command("run").description("builds a dataset and uploads it to a bucket"))
  .requiredOption("--bucket <name>", "bucket to upload to")
  .option("--json", "print the summary as JSON on standard output")
  .action(async (flags: RecipeFlags & ReportFlags & { readonly bucket: string }) => {
    const work = mkdtempSync(join(tmpdir(), "etl-"));
    try {
      const folder = join(work, "dataset");
      await buildDataset(buildOptions(flags, folder), progress);
      const bucket = new Bucket(createS3Client(), flags.bucket);
      report(await loadDataset(folder, bucket, progress), flags);
    } finally {
      rmSync(work, { recursive: true, force: true });
    }
  });

program.parseAsync().catch((error: unknown) => {
  if (error instanceof EtlError) {
    process.stderr.write(`${error.name}: ${error.message}\n`);
    process.exitCode = error.exitCode;
  } else {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : error}\n`);
    process.exitCode = EXIT_CODES.unexpected;
  }
});

function withRecipe(command: Command): Command {
  return command
    .requiredOption("--archive <file>", "CIFAR-100 archive")
    .option("--md5 <hex>", "MD5 the archive must have", parseMd5)
    .option("--classes <names>", "classes, comma separated, or all", parseNames, [
      ...DEFAULT_CLASSES,
    ])
    .option("--validation-fraction <share>", "training images held back, 0 to 0.5", Number, 0.1);
}

function buildOptions(flags: RecipeFlags, folder: string): BuildOptions {
  return {
    archive: flags.archive,
    md5: flags.md5,
    folder,
    classes: flags.classes,
    validationFraction: flags.validationFraction,
  };
}

function report(manifest: Manifest, flags: ReportFlags): void {
  const summary = summarize(manifest);
  progress.note(`dataset: ${describeDataset(summary)}; digest ${summary.digest}`);
  if (flags.json === true) {
    process.stdout.write(`${JSON.stringify(summary)}\n`);
  }
}

function parseNames(text: string): string[] {
  return text.split(",").map((name) => name.trim());
}

function parseMd5(text: string): string {
  if (!/^[0-9a-fA-F]{32}$/.test(text)) {
    throw new InvalidArgumentError("It must have 32 hexadecimal digits.");
  }
  return text.toLowerCase();
}

function exitCodesHelp(): string {
  return `
Exit codes:
  0    done
  ${EXIT_CODES.unexpected}    a bug: please report it
  ${EXIT_CODES.usage}    wrong option or unknown class
  ${EXIT_CODES.archive}    the archive is missing, damaged or another one
  ${EXIT_CODES.dataset}    the dataset folder is missing, damaged or in the way
  ${EXIT_CODES.network}    a server or a bucket cannot be reached, read or written
  ${EXIT_CODES.interrupted}  interrupted`;
}
