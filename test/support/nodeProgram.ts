import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { PROJECT_ROOT } from "./project";

/** How a program ended, with all that it printed. */
export interface Ended {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: unknown;
}

/**
 * Runs one of the project's programs to its end, as its script in `package.json` does.
 * @param program TypeScript file, from the project's folder
 * @param environment all that it finds there
 */
export async function runNodeProgram(
  program: string,
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
): Promise<Ended> {
  const child = spawn(process.execPath, ["--import", "tsx", program, ...args], {
    cwd: PROJECT_ROOT,
    env: environment,
  });
  const [stdout, stderr, code] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise((resolve) => child.once("close", resolve)),
  ]);
  return { stdout, stderr, code };
}
