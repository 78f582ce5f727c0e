#!/usr/bin/env -S node --import tsx
/** `npm run doctor`: makes the checks that an update makes first, and changes nothing. */
import * as path from "node:path";
import { Command } from "commander";
import { repeatable } from "../common/commandLine";
import type { PreflightReport } from "../contract/preflight";
import { parseOverride, readStackConfig, type ConfigOverride } from "../local/pulumi/stackConfig";
import { isConfigError, preflightCommand, runPreflight } from "./preflightCommand";

const EXIT_CODES = { failed: 1, usage: 2 } as const;

const PROJECT_ROOT = path.resolve(__dirname, "..");

interface Flags {
  readonly stack: string;
  readonly config: readonly ConfigOverride[];
  readonly json?: true;
}

const program = new Command("doctor")
  .description(
    "Checks whether an update of a stack can succeed, before anything costs: credentials, region, " +
      "names, classes and archive, quotas, a leftover endpoint, data capture. Changes nothing.",
  )
  .option("--stack <name>", "stack whose config is used", "dev")
  .addOption(
    repeatable(
      "-c, --config <path=value>",
      "changes the stack's config for these checks, as in training.instanceType=ml.g5.xlarge",
      parseOverride,
    ),
  )
  .option("--json", "print the report as JSON on standard output")
  .showHelpAfterError("(--help lists the options)")
  .exitOverride()
  .addHelpText(
    "after",
    `
A check that cannot be made is reported as skipped, with the reason.

Exit codes:
  0  no check failed
  ${EXIT_CODES.failed}  a check failed
  ${EXIT_CODES.usage}  wrong option or stack config`,
  );

async function main(): Promise<number> {
  const { stack, config, json } = program.parse().opts<Flags>();
  const stackConfig = readStackConfig(PROJECT_ROOT, stack, config);
  const command = await preflightCommand(path.join(PROJECT_ROOT, "infra"), stackConfig);
  const { stdout, code } = await runPreflight(command, PROJECT_ROOT, json !== true);
  if (json === true) {
    const report = JSON.parse(stdout) as PreflightReport;
    process.stdout.write(`${JSON.stringify(report, undefined, 2)}\n`);
  }
  return code;
}

main().then(
  (code) => {
    process.exitCode = code === 0 ? 0 : EXIT_CODES.failed;
  },
  (error: unknown) => {
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    if (error instanceof Error && "exitCode" in error) {
      // Commander has printed the help or the complaint already.
      process.exitCode = error.exitCode === 0 ? 0 : EXIT_CODES.usage;
      return;
    }
    process.stderr.write(`${name}: ${message}\n`);
    process.exitCode = isConfigError(error) ? EXIT_CODES.usage : EXIT_CODES.failed;
  },
);
