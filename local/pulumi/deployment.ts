/** Previews the program and puts it through the policy pack, then deploys it into a cloud. */
import "../../infra/sdk.cjs"; // First: what comes after it loads the SDK.
import { performance } from "node:perf_hooks";
import type { Cloud } from "../cloud";
import { defaultProviders } from "./defaultProviders";
import { runProgram, type NewResource, type Registration } from "./programRunner";
import { callFunction, callProvider } from "./invokes";
import type { RecordedResource } from "./graph";
import { PolicyPackProcess, type Violation } from "./policyPack";
import { PolicyPackConfigError, type PolicyPackConfigFile } from "./policyPackConfig";
import { createResource, refuseUnsupported, unseenOf } from "./resources";
import type { StackConfig } from "./stackConfig";

export interface DeploymentOptions {
  /** Folder of the program. */
  readonly program: string;
  readonly config: StackConfig;
  readonly cloud: Cloud;
}

/** What a policy pack says about what the program would make. */
export interface Preview {
  readonly resources: readonly RecordedResource[];
  /** Names of the policies that were asked. */
  readonly policies: readonly string[];
  /** Names of those that the pack's config has switched off. */
  readonly disabled: readonly string[];
  /** Of every level; exceptions are among the advisory ones. */
  readonly violations: readonly Violation[];
}

export interface CreatedResource {
  readonly type: string;
  readonly name: string;
  /** Time it took to make it. */
  readonly seconds: number;
  /** What is not to be seen of it, because nothing but a record is kept; absent if it is real. */
  readonly unseen?: string;
}

export interface Deployment {
  /** The program's exports. */
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly resources: readonly RecordedResource[];
  /** In the order in which they were there. */
  readonly created: readonly CreatedResource[];
}

/** The program breaks mandatory policies; nothing was deployed. */
export class PolicyViolationError extends Error {
  override readonly name = "PolicyViolationError";

  constructor(readonly violations: readonly Violation[]) {
    super(violations.map(describeViolation).join("\n\n"));
  }
}

/**
 * Runs the program as `pulumi preview` does and asks every policy about what it would make.
 * @param policyPack folder of the policy pack
 * @throws {PolicyPackConfigError} when the config does not fit the pack; the program is not run then
 * @throws {UnsupportedResourceError} when the cloud could not make one of the resources
 */
export async function judgeProgram(
  { program, config, cloud }: DeploymentOptions,
  policyPack: string,
  policyConfig: PolicyPackConfigFile = { config: {} },
): Promise<Preview> {
  const { project, stack } = config;
  const pack = await startPack(policyPack, config, policyConfig);
  try {
    const { resources } = await runProgram({
      folder: program,
      project,
      stack,
      config: config.values,
      preview: true,
      create: (resource) => {
        refuseUnsupported(resource);
        return Promise.resolve({ outputs: resource.inputs });
      },
      invoke: (token, inputs) => callFunction(token, inputs, cloud),
    });
    const judged = [...defaultProviders(resources, config), ...resources];
    const violations = await pack.analyzeAll(judged);
    const isDisabled = (policy: string) => pack.levels.get(policy) === "disabled";
    return {
      resources,
      policies: pack.policyNames.filter((name) => !isDisabled(name)),
      disabled: pack.policyNames.filter(isDisabled),
      violations,
    };
  } finally {
    await pack.stop();
  }
}

/**
 * The same, for a program that is to be deployed then.
 * @throws {PolicyViolationError} when a mandatory policy is broken
 */
export async function previewProgram(
  ...[deployment, policyPack, policyConfig]: Parameters<typeof judgeProgram>
): Promise<Preview> {
  const preview = await judgeProgram(deployment, policyPack, policyConfig);
  const mandatory = preview.violations.filter(stops);
  if (mandatory.length > 0) {
    throw new PolicyViolationError(mandatory);
  }
  return preview;
}

/** @throws {PolicyPackConfigError} when the config does not fit the pack; it names the file */
async function startPack(
  folder: string,
  { project, stack }: StackConfig,
  { file, config }: PolicyPackConfigFile,
): Promise<PolicyPackProcess> {
  try {
    return await PolicyPackProcess.start({ folder, project, stack, preview: true, config });
  } catch (error) {
    if (error instanceof PolicyPackConfigError && file !== undefined) {
      throw new PolicyPackConfigError(`${file}: ${error.message}`, { cause: error });
    }
    throw error;
  }
}

/** Whether it stops an update. */
export function stops({ level }: Violation): boolean {
  return level === "mandatory";
}

/** Whether the pack's config excepts the resource: the note says until when, and why. */
export function isException({ level, message }: Violation): boolean {
  return level === "advisory" && message.startsWith("Excepted until ");
}

/**
 * Runs the program as `pulumi up` does; every resource is made in the cloud.
 * @param onCreated told of each resource as soon as it is there
 */
export async function deployProgram(
  { program, config, cloud }: DeploymentOptions,
  onCreated: (resource: CreatedResource) => void,
): Promise<Deployment> {
  const created: CreatedResource[] = [];
  const create = async (resource: NewResource, { before }: Registration) => {
    const started = performance.now();
    await before();
    const made = await createResource(resource, cloud);
    const { type, name } = resource;
    const unseen = unseenOf(type);
    const seconds = (performance.now() - started) / 1000;
    const report = { type, name, seconds, ...(unseen === undefined ? {} : { unseen }) };
    created.push(report);
    onCreated(report);
    return made;
  };
  const { outputs, resources } = await runProgram({
    folder: program,
    project: config.project,
    stack: config.stack,
    config: config.values,
    preview: false,
    create,
    invoke: (token, inputs) => callProvider(token, inputs, cloud),
  });
  return { outputs, resources, created };
}

/** What a person needs to know to fix it. */
export function describeViolation(violation: Violation): string {
  const { policy, level, message, remediationSteps, url } = violation;
  const subject = subjectOf(violation);
  return [
    `Policy ${policy} (${level}): ${violation.description}`,
    `  Where:  ${subject}`,
    `  Reason: ${message}`,
    ...(remediationSteps === "" ? [] : [`  Fix:    ${remediationSteps}`]),
    ...(url === "" ? [] : [`  See:    ${url}`]),
  ].join("\n");
}

/** Type and name of the resource that it is about. */
export function subjectOf({ urn }: Violation): string {
  return urn === "" ? "the stack" : urn.split("::").slice(2).join(" ") || urn;
}
