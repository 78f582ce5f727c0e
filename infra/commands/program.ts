/** How the programs that an update runs begin and end. */
import { describeFailure } from "../../common/failure";

/** A program was started with other arguments than it takes. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** Runs a program to its end; what it throws is told on standard error, and ends it with code 1. */
export function runProgram(main: () => Promise<void>): void {
  main().catch((error: unknown) => {
    process.stderr.write(`${describeFailure(error)}\n`);
    process.exitCode = 1;
  });
}
