/**
 * The resources of our own program as policies see them, recorded once per stack and mode, and
 * what all policies say when something about them is changed. In process: what goes over the wire
 * is proven by `test/policy/wire.test.ts`.
 */
import { readFileSync } from "node:fs";
import * as path from "node:path";
import { specialAssetSig, specialArchiveSig, specialSigKey } from "@pulumi/pulumi/runtime/rpc";
import { PROJECT_ROOT } from "./project";
import type { RecordedResource } from "../../local/pulumi/graph";
import { readStackConfig } from "../../local/pulumi/stackConfig";
import { policies } from "../../policy/policies";
import { deployProgram, PROJECT, STACK } from "./mocks";
import { judge, judgeStack, type Subject, type Verdict } from "./policy";

export type Subjects = readonly Subject[];

export type StackName = "dev" | "prod";
export type Mode = "preview" | "update";

/** A stack in one mode. */
export interface Graph {
  /** What is asked about each resource before it is made. */
  readonly inputs: Subjects;
  /** What is asked about all of them at the end; in a preview, as far as it is known. */
  readonly outputs: Subjects;
}

const recorded = new Map<string, Promise<Graph>>();

/** What the program makes with the config of one of its stacks. */
export function graphOf(stack: StackName, mode: Mode): Promise<Graph> {
  const key = `${stack} ${mode}`;
  const graph = recorded.get(key) ?? record(stack, mode);
  recorded.set(key, graph);
  return graph;
}

/** The resources of the program with the config of one of its stacks, as they are registered. */
export async function recordStack(
  stack: StackName,
  mode: Mode,
): Promise<readonly RecordedResource[]> {
  const prefix = `${PROJECT}:`;
  const config = Object.entries(readStackConfig(PROJECT_ROOT, stack).values)
    .filter(([key]) => key.startsWith(prefix))
    .map(([key, value]) => [key.slice(prefix.length), value]);
  const options = { preview: mode === "preview" };
  return (await deployProgram(Object.fromEntries(config) as Record<string, unknown>, options))
    .resources;
}

async function record(stack: StackName, mode: Mode): Promise<Graph> {
  return graphFrom(await recordStack(stack, mode), stack);
}

/** Recorded resources as policies see them in a stack of that name. */
export function graphFrom(resources: readonly RecordedResource[], stack: StackName): Graph {
  return {
    inputs: resources.map((resource) => subjectOf(resource, resource.inputs, stack)),
    outputs: resources.map((resource) => subjectOf(resource, resource.outputs, stack)),
  };
}

function subjectOf(
  { type, name, urn, options, propertyDependencies }: RecordedResource,
  properties: Readonly<Record<string, unknown>>,
  stack: StackName,
): Subject {
  // The mocks call every stack the same.
  const inStack = (text: string) => text.replace(`urn:pulumi:${STACK}::`, `urn:pulumi:${stack}::`);
  return {
    type,
    name,
    urn: inStack(urn),
    props: withoutAssets(properties) as Record<string, unknown>,
    protect: options.protect,
    propertyDependencies: Object.fromEntries(
      Object.entries(propertyDependencies).map(([property, urns]) => [
        property,
        urns.map((each) => ({ urn: inStack(each) })),
      ]),
    ),
  };
}

/** Code of functions is large, and no policy reads it. */
function withoutAssets(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(withoutAssets);
  }
  if (typeof value !== "object" || value === null) {
    return value;
  }
  const signature = (value as Record<string, unknown>)[specialSigKey];
  if (signature === specialAssetSig || signature === specialArchiveSig) {
    return {};
  }
  if (signature !== undefined) {
    throw new Error("The program has come to use secrets or references: unwrap them here");
  }
  return Object.fromEntries(
    Object.entries(value).map(([key, nested]) => [key, withoutAssets(nested)]),
  );
}

/** A resource as a pack is shown it over the wire: its properties as inputs, and as outputs. */
export function recordOf(subject: Subject): RecordedResource {
  const { type, name, urn, props, protect } = subject;
  const propertyDependencies = Object.fromEntries(
    Object.entries(subject.propertyDependencies).map(([property, sources]) => [
      property,
      sources.map((source) => source.urn),
    ]),
  );
  return {
    ...{ type, name, urn, custom: true, inputs: props, outputs: props, parent: "" },
    dependencies: [...new Set(Object.values(propertyDependencies).flat())],
    propertyDependencies,
    options: { protect, retainOnDelete: false },
  };
}

/** Settings by policy, where they are not the usual ones. */
export type PolicyConfigs = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** What the config of a stack makes of the policies: `policy/policy-config.<stack>.json`. */
export function lawOf(stack: StackName): PolicyConfigs {
  const file = path.join(PROJECT_ROOT, `policy/policy-config.${stack}.json`);
  const { all, ...settings } = JSON.parse(readFileSync(file, "utf8")) as Record<string, object>;
  if (
    String(all) !== "mandatory" ||
    !Object.values(settings).every((each) => Object(each) === each)
  ) {
    throw new Error(`${file} has come to change levels: think of those here`);
  }
  return settings as PolicyConfigs;
}

/** One thing that one policy has against a graph. */
export interface Refusal {
  readonly policy: string;
  readonly message: string;
}

/**
 * What all policies have against a graph. Throws when one of them falls silent.
 * @param unchanged resources that are known to be fine, and are not asked about one by one again
 * @param judges all policies unless told
 */
export async function refusals(
  { inputs, outputs }: Graph,
  configs: PolicyConfigs = {},
  unchanged: ReadonlySet<Subject> = new Set(),
  judges: typeof policies = policies,
): Promise<readonly Refusal[]> {
  const found: Refusal[] = [];
  for (const policy of judges) {
    const config = configs[policy.name];
    const asked = inputs.filter((each) => config !== undefined || !unchanged.has(each));
    const isOnStack = "validateStack" in policy;
    // A policy on the stack may want to see all inputs before, and looks at all outputs again.
    const verdicts: Verdict[] = await Promise.all(
      (isOnStack ? inputs : asked).map((each) => judge(policy, each, config)),
    );
    if (isOnStack) {
      verdicts.push(await judgeStack(policy, outputs, config));
    }
    for (const { violations, silencedBy } of verdicts) {
      if (silencedBy !== undefined) {
        throw new Error(`${policy.name} has fallen silent: ${silencedBy}`);
      }
      found.push(...violations.map(({ message }) => ({ policy: policy.name, message })));
    }
  }
  return found;
}
