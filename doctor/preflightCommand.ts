/** The checks of an update as the update itself would make them: by the command of its program. */
import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { z } from "zod";
import { callFunction, NoImageError } from "../local/pulumi/invokes";
import { runProgram } from "../local/pulumi/programRunner";
import { StackConfigError, type StackConfig } from "../local/pulumi/stackConfig";

const commandSchema = z.object({
  interpreter: z.array(z.string()).min(2),
  create: z.string(),
  environment: z.record(z.string(), z.string()),
});
export type PreflightCommand = z.infer<typeof commandSchema>;

/** By name, for the program's own classes are loaded with the program. */
const CONFIG_ERRORS = ["ConfigError", "StackConfigError", "ProviderConfigError", "RunError"];

/** Whether an error tells of a stack's config that cannot be used. */
export function isConfigError(error: unknown): boolean {
  return error instanceof Error && CONFIG_ERRORS.includes(error.name);
}

/** Region of the stacks that name none: where the AWS SDK and the provider look next. */
function usualRegion({ AWS_REGION, AWS_DEFAULT_REGION }: NodeJS.ProcessEnv): string | undefined {
  return AWS_REGION || AWS_DEFAULT_REGION || undefined;
}

/**
 * Runs the program as a preview does, without Pulumi's engine, for the command of its pre-flight.
 * The account is left open, for nobody is there who would know the provider's.
 * @param folder of the program
 * @throws whatever the program throws, for a config that is not valid first of all
 */
export async function preflightCommand(
  folder: string,
  { project, stack, values }: StackConfig,
): Promise<PreflightCommand> {
  const region = values["aws:region"] ?? usualRegion(process.env);
  if (region === undefined) {
    throw new StackConfigError("There is no region: set aws:region, or AWS_REGION");
  }
  let found: unknown;
  await runProgram({
    folder,
    project,
    stack,
    config: values,
    preview: true,
    create: ({ type, name, inputs }) => {
      if (type === "command:local:Command" && name === "preflight") {
        found = inputs;
      }
      return Promise.resolve({ outputs: inputs });
    },
    invoke: (token, inputs) => {
      try {
        return callFunction(token, inputs, { region, partition: "aws", accountId: "" });
      } catch (error) {
        if (error instanceof NoImageError) {
          // The check of the region says so, beside what the others find.
          return { ...inputs, registryPath: "" };
        }
        throw error;
      }
    },
  });
  return commandSchema.parse(found);
}

/** @param isShown whether what it says for people goes to standard error */
export async function runPreflight(
  { interpreter: [program = "", ...args], create, environment }: PreflightCommand,
  projectRoot: string,
  isShown: boolean,
): Promise<{ readonly stdout: string; readonly code: number }> {
  const child = spawn(program, [...args, create], {
    cwd: projectRoot,
    env: { ...process.env, ...environment },
    stdio: ["ignore", "pipe", isShown ? "inherit" : "ignore"],
  });
  const ended = new Promise<number>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve(code ?? 1));
  });
  const [stdout, code] = await Promise.all([text(child.stdout), ended]);
  return { stdout, code };
}
