/** What an endpoint serves with, and what of its past is kept. */
import * as path from "node:path";
import { parseArgs, type ParseArgsConfig } from "node:util";
import {
  DescribeEndpointCommand,
  DescribeEndpointConfigCommand,
  DescribeModelCommand,
  paginateListEndpointConfigs,
  paginateListEndpoints,
  SageMakerClient,
  type DescribeEndpointCommandOutput,
} from "@aws-sdk/client-sagemaker";
import { clientSettings } from "../common/awsClient";
import { describeFailure, messageOf } from "../common/failure";
import { physicalNames } from "../infra/naming";
import { parseOverride, readStackConfig } from "../local/pulumi/stackConfig";
import { isConfigError, preflightCommand } from "./preflightCommand";

const PROJECT_ROOT = path.resolve(__dirname, "..");

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
  /** Subnets and security groups of its fleet; none outside of any network of the account's. */
  readonly network: readonly string[];
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
  const configurationName = configurationInService(EndpointName, endpoint);
  return { endpoint, ...(await configurationsLike(client, configurationName)) };
}

/**
 * Name of the configuration that an endpoint serves with; nothing where there is no such endpoint.
 * @throws EndpointBusyError unless it is in service
 */
export async function liveConfiguration(
  client: SageMakerClient,
  EndpointName: string,
): Promise<string | undefined> {
  const endpoint = await findEndpoint(client, EndpointName);
  return endpoint && configurationInService(EndpointName, endpoint);
}

async function findEndpoint(client: SageMakerClient, EndpointName: string) {
  try {
    return await client.send(new DescribeEndpointCommand({ EndpointName }));
  } catch (error) {
    if (error instanceof Error && /Could not find endpoint/i.test(error.message)) {
      return undefined;
    }
    throw error;
  }
}

function configurationInService(
  name: string,
  { EndpointStatus, EndpointConfigName = "" }: DescribeEndpointCommandOutput,
): string {
  if (EndpointStatus !== "InService") {
    throw new EndpointBusyError(
      `Endpoint ${name} is ${EndpointStatus ?? "unknown"}, not InService: wait until it is, ` +
        `or see "A leftover endpoint" in docs/operations.md if it has failed`,
    );
  }
  return EndpointConfigName;
}

/** A configuration, and the others whose models run as its model's role, the newest first. */
export async function configurationsLike(
  client: SageMakerClient,
  EndpointConfigName: string,
): Promise<Pick<EndpointHistory, "live" | "kept">> {
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
    live,
    kept: kept.sort((one, other) => other.created.getTime() - one.created.getTime()),
  };
}

/** Names of the configurations, and of their models, that any endpoint of the region is using. */
export async function namesInUse(client: SageMakerClient): Promise<{
  readonly configurations: ReadonlySet<string>;
  readonly models: ReadonlySet<string>;
}> {
  const configurations = new Set<string>();
  for await (const { Endpoints = [] } of paginateListEndpoints({ client }, {})) {
    for (const { EndpointName = "" } of Endpoints) {
      const { EndpointConfigName, PendingDeploymentSummary } =
        (await findEndpoint(client, EndpointName)) ?? {};
      for (const name of [EndpointConfigName, PendingDeploymentSummary?.EndpointConfigName]) {
        if (name !== undefined) {
          configurations.add(name);
        }
      }
    }
  }
  const models = new Set<string>();
  for (const EndpointConfigName of configurations) {
    const { ProductionVariants = [], ShadowProductionVariants = [] } = await client
      .send(new DescribeEndpointConfigCommand({ EndpointConfigName }))
      // An endpoint goes on without the configuration that it was made of.
      .catch((error: unknown) => {
        unlessGone(error);
        return { ProductionVariants: [], ShadowProductionVariants: [] };
      });
    for (const { ModelName } of [...ProductionVariants, ...ShadowProductionVariants]) {
      if (ModelName !== undefined) {
        models.add(ModelName);
      }
    }
  }
  return { configurations, models };
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
    network: [
      ...(model.VpcConfig?.Subnets ?? []),
      ...(model.VpcConfig?.SecurityGroupIds ?? []),
    ].sort(),
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
  config: { type: "string", short: "c", multiple: true },
  "dry-run": { type: "boolean", default: false },
  help: { type: "boolean", short: "h", default: false },
} as const;

/** What their help says of {@link TARGET}. */
export const TARGET_USAGE = `  --stack NAME      stack whose endpoint is meant; AWS is reached as its config
                    has the provider do
  -c, --config PATH=VALUE
                    changes the stack's config for this command, as in
                    aws:profile=admin; may be repeated
  --endpoint NAME   the endpoint itself, instead of a stack; AWS is reached as
                    the environment says
  --region REGION   region of the endpoint, instead of the one of the stack or
                    the environment
`;

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
    const { region } = flags as { readonly region?: string };
    const { endpointName, environment } = await targetOf(flags);
    Object.assign(process.env, environment);
    const client = new SageMakerClient({
      ...clientSettings(),
      maxAttempts: 8,
      ...(region === undefined ? {} : { region }),
    });
    await act(client, endpointName, flags);
    return 0;
  } catch (error) {
    process.stderr.write(`${describeFailure(error)}\n`);
    return error instanceof CommandUsageError || isConfigError(error) ? 2 : 1;
  }
}

function parseFlags(
  args: readonly string[],
  options: NonNullable<ParseArgsConfig["options"]>,
): object {
  try {
    return parseArgs({ args: [...args], options, strict: true }).values;
  } catch (error) {
    throw new CommandUsageError(`${messageOf(error)}; --help tells more`);
  }
}

/**
 * The endpoint by its name, or by the stack whose it is, with the environment in which the programs
 * of the stack's updates reach AWS.
 */
async function targetOf(flags: Readonly<Record<string, unknown>>): Promise<{
  readonly endpointName: string;
  readonly environment: Readonly<Record<string, string>>;
}> {
  const { stack, endpoint } = flags as Readonly<Record<string, string | undefined>>;
  const overrides = (flags["config"] ?? []) as readonly string[];
  if (endpoint !== undefined) {
    if (stack !== undefined || overrides.length > 0) {
      throw new CommandUsageError("--endpoint takes no --stack and no --config; --help tells more");
    }
    return { endpointName: endpoint, environment: {} };
  }
  if (stack === undefined) {
    throw new CommandUsageError("give --stack NAME, or --endpoint NAME; --help tells more");
  }
  const config = readStackConfig(PROJECT_ROOT, stack, overrides.map(parseOverride));
  const { environment } = await preflightCommand(path.join(PROJECT_ROOT, "infra"), config);
  return { endpointName: physicalNames(config.project, stack).endpoint, environment };
}
