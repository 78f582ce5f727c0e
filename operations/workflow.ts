/** The deployed workflow that a command is about, and how AWS is reached. */
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import * as path from "node:path";
import { promisify } from "node:util";
import type { S3Client } from "@aws-sdk/client-s3";
import { SFNClient } from "@aws-sdk/client-sfn";
import type { Command } from "commander";
import { z } from "zod";
import { clientSettings } from "../common/awsClient";
import { repeatableText } from "../common/commandLine";
import { messageOf } from "../common/failure";
import { retries } from "../common/retries";
import { createS3Client } from "../common/s3";

const PROJECT_ROOT = path.resolve(__dirname, "..");

/** The stack's outputs cannot be had, or are not those of this program. */
export class StackOutputsError extends Error {
  override readonly name = "StackOutputsError";
}

/** The command line is wrong, which only the command itself can tell. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

const outputsSchema = z.object({
  endpointName: z.string().min(1),
  inferenceBucket: z.string().min(1),
  stateMachineArn: z.string().min(1),
  priceEstimate: z.object({
    perThousandImages: z.number(),
    perThousandInBatches: z.number(),
    basis: z.string(),
  }),
});
interface WorkflowOutputs extends z.infer<typeof outputsSchema> {
  /** All outputs, whatever they are. */
  readonly outputs: unknown;
}

/** A workflow with clients that reach it. */
export interface Workflow extends WorkflowOutputs {
  readonly s3: S3Client;
  readonly states: SFNClient;
}

export interface TargetFlags {
  readonly stack?: string;
  readonly outputs?: string;
  readonly config: readonly string[];
}

/** Adds the options by which a command is told which workflow is meant. */
export function withTarget(command: Command): Command {
  return command
    .option("--stack <name>", "stack whose workflow is meant, looked up with `pulumi stack output`")
    .addOption(
      repeatableText(
        "-c, --config <path=value>",
        "changes the stack's config for this command, as in aws:profile=admin",
      ),
    )
    .option(
      "--outputs <file>",
      "the stack's outputs as JSON, instead of a stack; AWS is reached as the environment says",
    );
}

/**
 * Opens the workflow for as long as `act` takes.
 * @throws UsageError, StackOutputsError; whatever the stack's config or `act` throws
 */
export async function withWorkflow<T>(
  flags: TargetFlags,
  act: (workflow: Workflow) => Promise<T>,
): Promise<T> {
  const outputs = await outputsOf(flags);
  const s3 = createS3Client();
  const states = new SFNClient({ ...clientSettings(), ...retries(8) });
  try {
    return await act({ ...outputs, s3, states });
  } finally {
    s3.destroy();
    states.destroy();
  }
}

async function outputsOf({ stack, outputs, config }: TargetFlags): Promise<WorkflowOutputs> {
  if (outputs !== undefined) {
    if (stack !== undefined || config.length > 0) {
      throw new UsageError("--outputs takes no --stack and no --config");
    }
    const text = await readFile(outputs, "utf8").catch((error: unknown) => {
      throw new StackOutputsError(`${outputs} cannot be read: ${reasonOf(error)}`);
    });
    return parseOutputs(text, outputs);
  }
  if (stack === undefined) {
    throw new UsageError("give --stack NAME, or --outputs FILE");
  }
  const text = await askPulumi(stack);
  // Loaded only now: Pulumi comes with it, which `--outputs` does not need.
  const { preflightCommand } = await import("../doctor/preflightCommand.js");
  const { parseOverride, readStackConfig } = await import("../local/pulumi/stackConfig.js");
  const stackConfig = readStackConfig(PROJECT_ROOT, stack, config.map(parseOverride));
  const { environment } = await preflightCommand(path.join(PROJECT_ROOT, "infra"), stackConfig);
  Object.assign(process.env, environment);
  return parseOutputs(text, `the stack ${stack}`);
}

async function askPulumi(stack: string): Promise<string> {
  try {
    const args = ["stack", "output", "--json", "--stack", stack];
    return (await promisify(execFile)("pulumi", args, { cwd: PROJECT_ROOT })).stdout;
  } catch (error) {
    const missing = error instanceof Error && "code" in error && error.code === "ENOENT";
    throw new StackOutputsError(
      missing
        ? "There is no `pulumi` to ask for the stack's outputs: install Pulumi's CLI, or give " +
            "--outputs FILE with what `pulumi stack output --json` prints"
        : `pulumi stack output --stack ${stack}: ${reasonOf(error)}`,
    );
  }
}

function parseOutputs(text: string, where: string): WorkflowOutputs {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new StackOutputsError(`${where} gives no JSON: ${reasonOf(error)}`);
  }
  const result = outputsSchema.safeParse(value);
  if (!result.success) {
    throw new StackOutputsError(
      `${where} has not the outputs of this program: is it deployed, by this version of it?\n${z.prettifyError(result.error)}`,
    );
  }
  return { ...result.data, outputs: value };
}

function reasonOf(error: unknown): string {
  if (error instanceof Error && "stderr" in error && typeof error.stderr === "string") {
    return error.stderr.trim() || error.message;
  }
  return messageOf(error);
}
