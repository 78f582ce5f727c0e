/**
 * Checks, before anything costs, whether a stack can be deployed. The report is printed as JSON on
 * standard output and for people on standard error. Exit code 0 only when no check failed.
 *
 * Usage: node --import tsx infra/commands/preflight.ts PLAN (JSON)
 */
import type { CheckResult, PreflightPlan, PreflightReport } from "../../contract/preflight";
import { checkDatasetRequest } from "../../etl/preflight";
import { environmentAccount } from "./preflightAccount";
import { runChecks } from "./preflightChecks";
import { runProgram, UsageError } from "./program";

/** At least one check failed. */
class PreflightError extends Error {
  constructor(checks: readonly CheckResult[]) {
    const failed = checks.filter(({ status }) => status === "failed");
    super(
      `${failed.length} of ${checks.length} checks failed (${failed.map(({ check }) => check).join(", ")}): ` +
        `nothing was made, and nothing was paid for`,
    );
    this.name = "PreflightError";
  }
}

async function main(): Promise<void> {
  const [plan] = process.argv.slice(2);
  if (plan === undefined) {
    throw new UsageError("usage: preflight.ts PLAN");
  }
  const interruption = new AbortController();
  process.once("SIGINT", () => interruption.abort()).once("SIGTERM", () => interruption.abort());
  const checks = await runChecks(
    JSON.parse(plan) as PreflightPlan,
    environmentAccount(),
    (request) => checkDatasetRequest(request, interruption.signal),
  );
  for (const result of checks) {
    process.stderr.write(describe(result));
  }
  process.stdout.write(JSON.stringify({ checks } satisfies PreflightReport));
  if (checks.some(({ status }) => status === "failed")) {
    throw new PreflightError(checks);
  }
}

function describe({ check, status, message, remedy }: CheckResult): string {
  const advice = remedy === undefined ? "" : `\n${" ".repeat(25)}${remedy}`;
  return `${status.padEnd(8)} ${check.padEnd(15)} ${message}${advice}\n`;
}

if (require.main === module) {
  runProgram(main);
}
