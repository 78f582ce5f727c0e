import { withServer } from "../../support/awsServer";
import { runNodeProgram } from "../../support/nodeProgram";

/** Runs a command line of the program as its resource does, against a server of AWS's APIs. */
export function runCommand(
  script: string,
  args: readonly string[],
  answers: Parameters<typeof withServer>[0],
  variables: NodeJS.ProcessEnv = {},
) {
  return withServer(answers, async ({ environment, requests }) => ({
    ...(await runNodeProgram(script, args, { ...process.env, ...environment, ...variables })),
    requests,
  }));
}
