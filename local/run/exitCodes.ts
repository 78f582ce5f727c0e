/** How programs of this folder end. */
export const EXIT_CODES = {
  failed: 1,
  usage: 2,
  policy: 3,
  check: 4,
  interrupted: 130,
} as const;

/** By name, for the program's own classes are loaded afresh with every run of it. */
const EXIT_CODES_BY_ERROR: Readonly<Record<string, number>> = {
  ConfigError: EXIT_CODES.usage,
  StackConfigError: EXIT_CODES.usage,
  PolicyPackConfigError: EXIT_CODES.usage,
  UnknownClassError: EXIT_CODES.usage,
  PolicyViolationError: EXIT_CODES.policy,
  RunCheckError: EXIT_CODES.check,
  InterruptedError: EXIT_CODES.interrupted,
};

/** Says what went wrong on standard error. @returns the exit code */
export function reportError(error: unknown): number {
  if (error instanceof Error && "exitCode" in error && typeof error.exitCode === "number") {
    // Commander has printed the help or the complaint already.
    return error.exitCode === 0 ? 0 : EXIT_CODES.usage;
  }
  if (!(error instanceof Error)) {
    process.stderr.write(`${String(error)}\n`);
    return EXIT_CODES.failed;
  }
  process.stderr.write(`\n${error.name}: ${error.message}\n`);
  return EXIT_CODES_BY_ERROR[error.name] ?? EXIT_CODES.failed;
}
