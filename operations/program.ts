/** How commands about a deployed workflow begin and end. */
import type { Command } from "commander";
import { describeFailure } from "../common/failure";

/** Exit codes of all of them. */
export const EXIT_CODES = {
  failed: 1,
  usage: 2,
  withoutVerdict: 4,
  unreadable: 5,
  interrupted: 130,
} as const;

export class InterruptedError extends Error {
  override readonly name = "InterruptedError";
}

const USAGE_ERRORS = ["UsageError"];

/**
 * Runs a command to its end; failures are told on standard error.
 * @param act gives the exit code; `signal` is aborted by Ctrl+C
 * @param again what the same command does after it was interrupted
 */
export function runCommand(
  command: Command,
  act: (signal: AbortSignal) => Promise<number>,
  again = "the same command goes on from here",
): void {
  // Whoever reads what is written may have enough of it, as `head` has: the command goes on.
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE") {
        throw error;
      }
    });
  }
  const interruption = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"] as const) {
    process.on(name, () => {
      // The second time, whoever asks does not want to wait for things to be put in order.
      if (interruption.signal.aborted) {
        process.exit(EXIT_CODES.interrupted);
      }
      interruption.abort(new InterruptedError(`Interrupted; ${again}`));
    });
  }
  const run = async () => {
    command.exitOverride().showHelpAfterError("(--help lists the options)").parse();
    return act(interruption.signal);
  };
  run().then(
    (code) => {
      process.exitCode = code;
    },
    async (error: unknown) => {
      process.exitCode = await report(error);
    },
  );
}

async function report(error: unknown): Promise<number> {
  if (error instanceof Error && "exitCode" in error && typeof error.exitCode === "number") {
    // Commander has printed the help or the complaint already.
    return error.exitCode === 0 ? 0 : EXIT_CODES.usage;
  }
  process.stderr.write(`${describeFailure(error)}\n`);
  if (error instanceof InterruptedError) {
    return EXIT_CODES.interrupted;
  }
  if (error instanceof Error && USAGE_ERRORS.includes(error.name)) {
    return EXIT_CODES.usage;
  }
  // Pulumi comes with it, which takes a second that most commands need not wait.
  const { isConfigError } = await import("../doctor/preflightCommand.js");
  return isConfigError(error) ? EXIT_CODES.usage : EXIT_CODES.failed;
}
