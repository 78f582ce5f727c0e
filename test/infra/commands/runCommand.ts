import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { PROJECT_ROOT } from "../../support/project";
import { withServer } from "../../support/awsServer";

/** Runs a command line of the program as its resource does, against a server of AWS's APIs. */
export function runCommand(
  script: string,
  args: readonly string[],
  answers: Parameters<typeof withServer>[0],
  variables: NodeJS.ProcessEnv = {},
) {
  return withServer(answers, async ({ environment, requests }) => {
    const child = spawn("node", ["--import", "tsx", script, ...args], {
      cwd: PROJECT_ROOT,
      env: { ...process.env, ...environment, ...variables },
    });
    const [stdout, stderr, code] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      new Promise((resolve) => child.once("close", resolve)),
    ]);
    return { stdout, stderr, code, requests };
  });
}
