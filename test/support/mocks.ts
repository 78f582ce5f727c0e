/**
 * Runs Pulumi code without an engine, and records what it registers. Stricter than the SDK's own
 * mocks: two resources with one URN, text with "undefined" in it and unplanned function calls fail.
 * It cannot prove what a provider makes of the inputs, nor aliases and transforms.
 */
import { createRequire } from "node:module";
import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import type { FunctionName } from "../../infra/functionBundle";
import type * as Packages from "../../infra/functionPackage";
import type { FunctionPackage } from "../../infra/functionPackage";
import type { RecordedResource } from "../../local/pulumi/graph";
import { listenToRegistrations } from "../../local/pulumi/registrations";
import { reportedInPreview } from "../engine/provider/schema";

export const PROJECT = "ml-workflow-aws";
export const STACK = "test";
export const ACCOUNT = "123456789012";
export const REGION = "eu-west-1";

/** What the ETL and the training gate print in a deployment under test. */
export const SUMMARY = {
  classes: ["bicycle", "motorcycle", "pickup_truck"],
  format: "image",
  imageShape: [3, 32, 32],
  counts: { train: 1350, validation: 150, test: 300 },
  perClass: {
    train: { bicycle: 450, motorcycle: 450, pickup_truck: 450 },
    validation: { bicycle: 50, motorcycle: 50, pickup_truck: 50 },
    test: { bicycle: 100, motorcycle: 100, pickup_truck: 100 },
  },
  digest: "d".repeat(64),
} as const;

export const TRAINING_RESULT = {
  trainingJobName: "training-0123456789",
  modelDataUrl: "s3://dataset/models/training-0123456789/output/model.tar.gz",
  metrics: { "validation:accuracy": 0.93 },
  billableSeconds: 240,
} as const;

export const PARITY_REPORT = {
  images: 300,
  correct: 279,
  accuracy: 0.93,
  interval: { low: 0.895, high: 0.954 },
  perClassRecall: { bicycle: 0.95, motorcycle: 0.94, pickup_truck: 0.9 },
  latencyMilliseconds: { p50: 20, p95: 45 },
} as const;

const VPC = {
  vpcId: "vpc-1",
  isolatedSubnetIds: ["subnet-1", "subnet-2"],
  routeTables: [{ id: "rtb-1" }, { id: "rtb-2" }],
};

interface NewResource {
  readonly type: string;
  readonly name: string;
  readonly inputs: Readonly<Record<string, unknown>>;
}

export interface DeployOptions {
  /** Outputs that only a provider could know are unknown, as in `pulumi preview`. */
  readonly preview?: boolean;
  /** The stack's configuration by key without the project's name. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** Outputs of a resource in place of the usual ones. */
  readonly outputs?: (resource: NewResource) => Record<string, unknown> | undefined;
  /** Other files in place of a function's bundle. */
  readonly bundle?: (name: FunctionName, files: FunctionPackage) => FunctionPackage;
}

export interface Deployment<T> {
  readonly value: T;
  /** In the order in which they were registered, the stack first. */
  readonly resources: readonly RecordedResource[];
}

/**
 * Runs `build` as the program of a stack, and waits until all resources are registered.
 * @throws the first thing that goes wrong
 */
export async function deploy<T extends object>(
  build: () => T,
  options: DeployOptions = {},
): Promise<Deployment<T>> {
  const { preview = false, config = {} } = options;
  const resources: RecordedResource[] = [];
  const mocks: pulumi.runtime.Mocks = {
    newResource: ({ type, name, inputs, custom }) => {
      const resource = { type, name, inputs: inputs as Record<string, unknown> };
      if (type === "awsx:ec2:Vpc" && !preview) {
        // A remote component: the engine gets its outputs from another process.
        return { id: undefined, state: VPC };
      }
      if (custom !== true) {
        return { id: undefined, state: {} };
      }
      if (preview) {
        return { id: undefined, state: reportedInPreview(type, resource.inputs) };
      }
      const outputs = options.outputs?.(resource) ?? usualOutputs(resource);
      return { id: `${name}-id`, state: { ...resource.inputs, ...outputs } };
    },
    call: ({ token, inputs }) => callOutputs(token, inputs),
  };
  await pulumi.runtime.setMocks(mocks, PROJECT, STACK, preview);
  pulumi.runtime.setAllConfig({ "aws:region": REGION, ...engineConfig(config) });
  listenToRegistrations({
    onRegistered: (resource) => {
      const flaw = flawOf(resource, resources);
      resources.push(resource);
      return flaw === undefined ? undefined : new Error(flaw);
    },
  });

  // Every promise that waits for a failed resource rejects; the first failure is the one to tell.
  const failures: unknown[] = [];
  const collect = (reason: unknown) => failures.push(reason);
  process.on("unhandledRejection", collect);
  // The SDK notes where each output was made: most of the time, and of no use here.
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    let value: T | undefined;
    await pulumi.runtime.runInPulumiStack(() => Promise.resolve((value = build())));
    await pulumi.runtime.disconnect();
    if (value === undefined || failures.length > 0) {
      throw failures[0];
    }
    return { value, resources };
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
    process.off("unhandledRejection", collect);
  }
}

const INFRA = path.resolve(__dirname, "../../infra");
const BOOTSTRAP = path.resolve(__dirname, "../../bootstrap");

/** Loads a module again and again, which `import` cannot. */
const load = createRequire(__filename);

const PACKAGE_MODULE = path.join(INFRA, "functionPackage.ts");
const { packageFunction } = load(PACKAGE_MODULE) as typeof Packages;
const packages = new Map<FunctionName, FunctionPackage>();

/** Comparing the same sources again and again would be most of the time of the tests. */
function packageOnce(name: FunctionName): FunctionPackage {
  const files = packages.get(name) ?? packageFunction(name);
  packages.set(name, files);
  return files;
}

/** Deploys the whole program afresh; the value is what it exports. */
export function deployProgram(
  config: Readonly<Record<string, unknown>>,
  options: Omit<DeployOptions, "config"> = {},
): Promise<Deployment<Record<string, unknown>>> {
  const { bundle = (_name, files) => files } = options;
  const program = () => {
    for (const file of Object.keys(load.cache)) {
      if (file.startsWith(INFRA + path.sep) && file !== PACKAGE_MODULE) {
        Reflect.deleteProperty(load.cache, file);
      }
    }
    const module = load.cache[PACKAGE_MODULE];
    if (module === undefined) {
      throw new Error(`${PACKAGE_MODULE} is not in the cache of modules`);
    }
    const whole: unknown = module.exports;
    const remembering: typeof packageFunction = (name) => bundle(name, packageOnce(name));
    module.exports = { packageFunction: remembering };
    try {
      return load(path.join(INFRA, "index.ts")) as Record<string, unknown>;
    } finally {
      module.exports = whole;
    }
  };
  return deploy(program, { ...options, config });
}

/** Deploys the set-up of an account afresh; the value is what it exports. */
export function deployBootstrap(
  config: Readonly<Record<string, unknown>>,
  options: Omit<DeployOptions, "config"> = {},
): Promise<Deployment<Record<string, unknown>>> {
  const program = () => {
    for (const file of Object.keys(load.cache)) {
      if (file.startsWith(BOOTSTRAP + path.sep)) {
        Reflect.deleteProperty(load.cache, file);
      }
    }
    return load(path.join(BOOTSTRAP, "index.ts")) as Record<string, unknown>;
  };
  return deploy(program, { ...options, config });
}

/** The engine passes text as it is and everything else as JSON. */
function engineConfig(config: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(config).map(([key, value]) => [
      `${PROJECT}:${key}`,
      typeof value === "string" ? value : JSON.stringify(value),
    ]),
  );
}

/** Names and ARNs that look like those of AWS, made of the resource's type and name. */
function usualOutputs({ type, name, inputs }: NewResource): Record<string, unknown> {
  const physicalName = typeof inputs["name"] === "string" ? inputs["name"] : `${name}-1a2b3c4`;
  const [, module = "", kind = ""] = /^aws:(\w+)\/(\w+):/.exec(type) ?? [];
  const arn = `arn:aws:${module}:${REGION}:${ACCOUNT}:${kind}/${physicalName}`;
  switch (type) {
    case "aws:s3/bucket:Bucket":
      return { bucket: physicalName, arn: `arn:aws:s3:::${physicalName}` };
    case "aws:lambda/functionUrl:FunctionUrl":
      return { functionUrl: `https://${name}.lambda-url.${REGION}.on.aws/` };
    case "aws:ec2/vpcEndpoint:VpcEndpoint":
      return { arn, prefixListId: "pl-1" };
    case "command:local:Command":
      return { stdout: JSON.stringify(commandResult(inputs)), stderr: "" };
    default:
      return { name: physicalName, arn };
  }
}

function commandResult({ interpreter, create }: NewResource["inputs"]): unknown {
  const [, , , script = "", ...args] = interpreter as readonly string[];
  switch (script) {
    case "etl/cli.ts":
      return SUMMARY;
    case "infra/commands/preflight.ts":
      return { checks: [] };
    case "infra/commands/awaitTraining.ts":
      return TRAINING_RESULT;
    case "infra/commands/verifyEndpoint.ts":
      return { endpoint: args[0], configuration: create };
    case "infra/commands/scoreEndpoint.ts":
      return PARITY_REPORT;
    default:
      throw new Error(`No result is planned for the command ${script}`);
  }
}

function callOutputs(token: string, inputs: Record<string, unknown>): Record<string, unknown> {
  switch (token) {
    case "aws:index/getCallerIdentity:getCallerIdentity":
      return { accountId: ACCOUNT };
    case "aws:index/getPartition:getPartition":
      return { partition: "aws", dnsSuffix: "amazonaws.com" };
    case "aws:index/getRegion:getRegion":
      return { region: REGION };
    case "aws:ec2/getVpcEndpointService:getVpcEndpointService":
      return { availabilityZones: [`${REGION}c`, `${REGION}b`, `${REGION}a`] };
    case "aws:sagemaker/getPrebuiltEcrImage:getPrebuiltEcrImage":
      return {
        registryPath:
          `685385470294.dkr.ecr.${REGION}.amazonaws.com/` +
          `${String(inputs["repositoryName"])}:${String(inputs["imageTag"])}`,
      };
    default:
      throw new Error(`No answer is planned for the function ${token}`);
  }
}

/** What no resource of ours may be. */
function flawOf(
  resource: RecordedResource,
  others: readonly RecordedResource[],
): string | undefined {
  if (others.some(({ urn }) => urn === resource.urn)) {
    return `There are two resources ${resource.urn}`;
  }
  const text = textsOf(resource.inputs).find((each) =>
    /\bundefined\b|\[object Object\]|Calling \[toString\]/.test(each),
  );
  return text && `An input of ${resource.urn} is not what it was meant to be: ${text}`;
}

/** All texts in a value, the content of assets left out. */
function textsOf(value: unknown): string[] {
  if (typeof value === "string") {
    return [value];
  }
  if (typeof value !== "object" || value === null || "__pulumiAsset" in value) {
    return [];
  }
  return Object.entries(value).flatMap(([key, nested]) =>
    key === "text" && pulumi.runtime.specialSigKey in value ? [] : textsOf(nested),
  );
}
