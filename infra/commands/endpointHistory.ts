/** What an endpoint serves with, and what of its past is kept. */
import { readFileSync } from "node:fs";
import * as path from "node:path";
import { parseArgs, type ParseArgsConfig } from "node:util";
import {
  DescribeEndpointCommand,
  DescribeEndpointConfigCommand,
  DescribeModelCommand,
  paginateListEndpointConfigs,
  SageMakerClient,
  type DescribeEndpointCommandOutput,
} from "@aws-sdk/client-sagemaker";
import { clientSettings } from "../../common/awsClient";
import { IDENTITY_VARIABLE, type Identity } from "../../contract/credentials";
import { physicalNames } from "../naming";

const PROJECT_ROOT = path.resolve(__dirname, "../..");

/** The command line is wrong; nothing was asked of AWS. */
export class CommandUsageError extends Error {
  override readonly name = "CommandUsageError";
}

/** The endpoint is not in a state in which its past can be touched. */
export class EndpointBusyError extends Error {
  override readonly name = "EndpointBusyError";
}

/** A configuration of the endpoint, live or kept, whose model is there too. */
export interface KeptConfiguration {
  readonly name: string;
  readonly created: Date;
  readonly modelName: string;
  readonly modelDataUrl: string;
  readonly instanceType: string;
  readonly instanceCount: number;
}

export interface EndpointHistory {
  readonly endpoint: DescribeEndpointCommandOutput;
  readonly live: KeptConfiguration;
  /** The others, the newest first. */
  readonly kept: readonly KeptConfiguration[];
}

/**
 * Finds what the endpoint can serve with: configurations whose models run as the live model's role,
 * for each stack has a role of its own.
 * @throws EndpointBusyError unless it is in service
 */
export async function endpointHistory(
  client: SageMakerClient,
  EndpointName: string,
): Promise<EndpointHistory> {
  const endpoint = await client.send(new DescribeEndpointCommand({ EndpointName }));
  const { EndpointStatus, EndpointConfigName = "" } = endpoint;
  if (EndpointStatus !== "InService") {
    throw new EndpointBusyError(
      `Endpoint ${EndpointName} is ${EndpointStatus ?? "unknown"}, not InService: wait until it is, ` +
        `or see "A leftover endpoint" in docs/operations.md if it has failed`,
    );
  }
  const { role, ...live } = await configurationOf(client, EndpointConfigName);
  const names: string[] = [];
  // What the engine names has the same beginning, whatever comes after the last hyphen.
  const NameContains = EndpointConfigName.replace(/-[^-]*$/, "");
  for await (const page of paginateListEndpointConfigs({ client }, { NameContains })) {
    names.push(...(page.EndpointConfigs ?? []).map((each) => each.EndpointConfigName ?? ""));
  }
  const kept: KeptConfiguration[] = [];
  for (const name of names.filter((each) => each !== EndpointConfigName)) {
    const { role: otherRole, ...other } = await configurationOf(client, name).catch(unlessGone);
    if (role === otherRole && other.name !== undefined) {
      kept.push(other);
    }
  }
  return {
    endpoint,
    live,
    kept: kept.sort((one, other) => other.created.getTime() - one.created.getTime()),
  };
}

async function configurationOf(client: SageMakerClient, EndpointConfigName: string) {
  const configuration = await client.send(
    new DescribeEndpointConfigCommand({ EndpointConfigName }),
  );
  const variant = configuration.ProductionVariants?.[0];
  const { ModelName: modelName = "", InstanceType: instanceType = "unknown" } = variant ?? {};
  const model = await client.send(new DescribeModelCommand({ ModelName: modelName }));
  return {
    name: EndpointConfigName,
    created: configuration.CreationTime ?? new Date(0),
    modelName,
    modelDataUrl: model.PrimaryContainer?.ModelDataUrl ?? "unknown",
    instanceType,
    instanceCount: variant?.InitialInstanceCount ?? 0,
    role: model.ExecutionRoleArn,
  };
}

/** A configuration without its model is of no use, and nobody's. */
function unlessGone(error: unknown): { role: undefined; name: undefined } {
  if (error instanceof Error && error.name === "ValidationException") {
    return { role: undefined, name: undefined };
  }
  throw error;
}

export function describeKept({ name, created, instanceCount, instanceType }: KeptConfiguration) {
  return `${name}  ${created.toISOString()}  ${instanceCount} x ${instanceType}`;
}

/** Options by which every such command is told which endpoint is meant. */
const TARGET = {
  stack: { type: "string" },
  endpoint: { type: "string" },
  region: { type: "string" },
  "dry-run": { type: "boolean", default: false },
  help: { type: "boolean", short: "h", default: false },
} as const;

/**
 * Runs a command about the endpoint of a stack. Failures are told on standard error.
 * @returns the exit code: 0, 1 when it failed, 2 when the command line is wrong
 */
export async function runEndpointCommand<Own extends NonNullable<ParseArgsConfig["options"]>>(
  args: readonly string[],
  { usage, options }: { readonly usage: string; readonly options: Own },
  act: (
    client: SageMakerClient,
    endpointName: string,
    flags: Readonly<Record<string, unknown>>,
  ) => Promise<void>,
): Promise<number> {
  try {
    const flags = parseFlags(args, { ...TARGET, ...options }) as Readonly<Record<string, unknown>>;
    if (flags["help"] === true) {
      process.stdout.write(usage);
      return 0;
    }
    const { endpointName, region, profile } = targetOf(flags);
    if (profile !== undefined) {
      process.env[IDENTITY_VARIABLE] ??= JSON.stringify({ profile } satisfies Identity);
    }
    const client = new SageMakerClient({
      ...clientSettings(),
      maxAttempts: 8,
      ...(region === undefined ? {} : { region }),
    });
    await act(client, endpointName, flags);
    return 0;
  } catch (error) {
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    process.stderr.write(`${name}: ${message}\n`);
    return error instanceof CommandUsageError ? 2 : 1;
  }
}

function parseFlags(
  args: readonly string[],
  options: NonNullable<ParseArgsConfig["options"]>,
): object {
  try {
    return parseArgs({ args: [...args], options, strict: true }).values;
  } catch (error) {
    throw new CommandUsageError(
      `${error instanceof Error ? error.message : String(error)}; --help tells more`,
    );
  }
}

/** The endpoint by its name, or by the stack whose it is, where the stack's file says. */
function targetOf(flags: Readonly<Record<string, unknown>>) {
  const { stack, endpoint, region } = flags as Readonly<Record<string, string | undefined>>;
  if (endpoint !== undefined) {
    return { endpointName: endpoint, region, profile: undefined };
  }
  if (stack === undefined) {
    throw new CommandUsageError("give --stack NAME, or --endpoint NAME; --help tells more");
  }
  const project = setting("Pulumi.yaml", "name");
  if (project === undefined) {
    throw new CommandUsageError("Pulumi.yaml does not name the project");
  }
  const file = `Pulumi.${stack}.yaml`;
  return {
    endpointName: physicalNames(project, stack).endpoint,
    region: region ?? setting(file, "aws:region"),
    profile: setting(file, "aws:profile"),
  };
}

/** A value that stands in one line with its key, as Pulumi writes plain text. */
function setting(file: string, key: string): string | undefined {
  let text: string;
  try {
    text = readFileSync(path.join(PROJECT_ROOT, file), "utf8");
  } catch {
    throw new CommandUsageError(`${file} cannot be read: is there such a stack?`);
  }
  return new RegExp(`^\\s*${key}:\\s*["']?([^"'\\s#]+)`, "m").exec(text)?.[1];
}
