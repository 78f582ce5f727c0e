/**
 * Looks whether SageMaker would take the endpoint that is about to be made or updated. What came of
 * it is printed as JSON on standard output; that it cannot be made is no failure of the command.
 *
 * Usage: node --import tsx infra/commands/checkEndpoint.ts QUESTION (JSON)
 */
import { environmentAccount } from "./preflightAccount";
import { judgeEndpoint, type Outcome } from "./preflightChecks";
import { runProgram } from "./program";

export interface EndpointQuestion {
  readonly endpointName: string;
  readonly region: string;
  readonly stack: string;
  /** Whether the stack's state has the endpoint, which the engine knows. */
  readonly inState: boolean;
}

async function main(): Promise<void> {
  const { inState, ...place } = JSON.parse(process.argv[2] ?? "") as EndpointQuestion;
  const { endpoint } = environmentAccount();
  let outcome: Outcome;
  try {
    outcome = await judgeEndpoint(place, { endpoint, isInState: () => Promise.resolve(inState) });
  } catch (error) {
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    outcome = { status: "skipped", message: `${name}: ${message}` };
  }
  process.stdout.write(JSON.stringify(outcome));
}

if (require.main === module) {
  runProgram(main);
}
