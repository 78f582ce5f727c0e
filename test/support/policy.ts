/**
 * Puts plain resources through single policies the way the pack's server does: unknown values
 * throw when they are read, defaults come from the schema, types are really compared. It cannot
 * prove what goes over the wire; `test/policy/wire.test.ts` does.
 */
import type * as pulumi from "@pulumi/pulumi";
import { unknownValue } from "@pulumi/pulumi/runtime/rpc";
import {
  UnknownValueError,
  unknownCheckingProxy,
  type PolicyResource,
  type PolicyResourceOptions,
  type ResourceValidationPolicy,
  type StackValidationPolicy,
} from "@pulumi/policy";

/** What a value is in a preview when only the update can know it. */
export const UNKNOWN = unknownValue;

/** A value as titles of tests tell it. */
export function named(value: unknown): string {
  return value === UNKNOWN ? "what is unknown" : JSON.stringify(value);
}

type Properties = Record<string, unknown>;

/** A resource to be judged. */
export interface Subject {
  readonly type: string;
  readonly name: string;
  readonly urn: string;
  readonly props: Properties;
  readonly protect: boolean;
  /** Which resources each property was made from. */
  readonly propertyDependencies: Readonly<Record<string, readonly Pick<Subject, "urn">[]>>;
}

/** A resource of the stack `prod`, which is held to every policy. */
export function subject(
  type: string,
  props: Properties,
  options: Partial<Pick<Subject, "name" | "protect" | "propertyDependencies">> = {},
): Subject {
  const { name = "subject", protect = false, propertyDependencies = {} } = options;
  const urn = `urn:pulumi:prod::project::${type}::${name}`;
  return { type, name, urn, props, protect, propertyDependencies };
}

/** A copy with one property set; the path as in messages: `variants[0].instanceType`. */
export function withValue(original: Subject, path: string, value: unknown): Subject {
  return edited(original, path, (holder, key) => {
    holder[key] = value;
  });
}

/** A copy with one property left out. */
export function without(original: Subject, path: string): Subject {
  return edited(original, path, (holder, key) => {
    if (Array.isArray(holder)) {
      holder.splice(Number(key), 1);
    } else {
      Reflect.deleteProperty(holder, key);
    }
  });
}

/** Paths of all properties at any depth, lists and maps included. */
export function pathsOf(value: unknown, prefix = ""): string[] {
  if (typeof value !== "object" || value === null) {
    return [];
  }
  return Object.entries(value).flatMap(([key, nested]) => {
    const path = Array.isArray(value) ? `${prefix}[${key}]` : `${prefix}${prefix && "."}${key}`;
    return [path, ...pathsOf(nested, path)];
  });
}

/** What a policy said. */
export interface Verdict {
  readonly violations: readonly { readonly message: string; readonly urn: string | undefined }[];
  /** What is excepted, and why. */
  readonly notes: readonly string[];
  /** Set when the policy said that it does not apply. */
  readonly notApplicable: string | undefined;
  /** Set when the policy read an unknown value, which the SDK turns into an advisory note. */
  readonly silencedBy: string | undefined;
}

/** Runs one resource policy on one resource. */
export function judge(
  policy: Partial<ResourceValidationPolicy> & Pick<ResourceValidationPolicy, "configSchema">,
  { type, name, urn, props, protect }: Subject,
  config: Properties = {},
): Promise<Verdict> {
  const validations = [policy.validateResource ?? []].flat();
  return collect(async (report) => {
    for (const validation of validations) {
      const guarded = guard(props);
      await validation(
        {
          type,
          name,
          urn,
          props: guarded,
          opts: optionsFor(protect),
          stackTags: new Map(),
          ...typeGuards(type, guarded),
          ...context(policy, config),
        },
        // The SDK ignores a URN given by a resource policy.
        (message) => report(message, urn),
      );
    }
  });
}

/**
 * What a policy makes of a resource when it may mend it; undefined when it leaves it as it is, or
 * does not apply. Throws when the policy reads what is unknown.
 */
export async function remediate(
  policy: ResourceValidationPolicy,
  { type, name, urn, props, protect }: Subject,
  config: Properties = {},
): Promise<Properties | undefined> {
  const mended = structuredClone(props);
  const guarded = guard(mended);
  const args = {
    type,
    name,
    urn,
    props: guarded,
    opts: optionsFor(protect),
    stackTags: new Map<string, string>(),
    ...typeGuards(type, guarded),
    ...context(policy, config),
  };
  let returned: unknown;
  try {
    returned = await policy.remediateResource?.(args);
  } catch (error) {
    if (!(error instanceof NotApplicable)) {
      throw error;
    }
  }
  // The SDK takes what is returned for all inputs, so it has to be all of them.
  if (returned !== undefined && returned !== guarded) {
    throw new Error(`${policy.name} returns other inputs than those it was given`);
  }
  return returned === undefined ? undefined : mended;
}

/**
 * What a policy has against a resource, or against a stack. Throws when the policy does not apply,
 * or has fallen silent.
 */
export async function complaints(
  policy:
    | (Partial<ResourceValidationPolicy> & Pick<ResourceValidationPolicy, "name">)
    | StackValidationPolicy,
  judged: Subject | readonly Subject[],
  config: Properties = {},
): Promise<string[]> {
  const verdict =
    "validateStack" in policy
      ? await judgeStack(policy, [judged].flat() as Subject[], config)
      : await judge(policy, [judged].flat()[0] as Subject, config);
  const { notApplicable, silencedBy, violations } = verdict;
  if (notApplicable !== undefined || silencedBy !== undefined) {
    throw new Error(`${policy.name} says nothing: ${notApplicable ?? silencedBy}`);
  }
  return violations.map(({ message }) => message);
}

/** Runs one stack policy on all resources of a stack. */
export function judgeStack(
  policy: StackValidationPolicy,
  subjects: readonly Subject[],
  config: Properties = {},
): Promise<Verdict> {
  const resources = stackResources(subjects);
  return collect(async (report) => {
    await policy.validateStack(
      { resources, stackTags: new Map(), ...context(policy, config) },
      report,
    );
  });
}

/**
 * What a stack policy has against a stack whose inputs it was shown before, as the engine does.
 * @param outputs what the provider reports; the inputs unless given
 */
export async function complaintsAsAsked(
  policy: StackValidationPolicy & Partial<ResourceValidationPolicy>,
  inputs: readonly Subject[],
  outputs: readonly Subject[] = inputs,
): Promise<string[]> {
  for (const each of inputs) {
    await judge(policy, each);
  }
  return complaints(policy, outputs);
}

class NotApplicable extends Error {}

async function collect(
  run: (report: (message: string, urn?: string) => void) => Promise<void>,
): Promise<Verdict> {
  const violations: { message: string; urn: string | undefined }[] = [];
  const notes: string[] = [];
  let notApplicable: string | undefined;
  let silencedBy: string | undefined;
  try {
    // The SDK takes an object, too, which may say that it is no violation.
    await run((message: string | { readonly message: string }, urn?: string) => {
      if (typeof message === "string") {
        violations.push({ message, urn });
      } else {
        notes.push(message.message);
      }
    });
  } catch (error) {
    if (error instanceof NotApplicable) {
      notApplicable = error.message;
    } else if (error instanceof UnknownValueError) {
      silencedBy = String(error);
    } else {
      throw error;
    }
  }
  return { violations, notes, notApplicable, silencedBy };
}

/** The config as the engine completes it: defaults of the top-level properties, nothing deeper. */
function context(policy: Pick<ResourceValidationPolicy, "configSchema">, config: Properties) {
  const settings = Object.entries(policy.configSchema?.properties ?? {});
  const defaults = settings.filter(([, { default: value }]) => value !== undefined);
  const complete = {
    ...Object.fromEntries(defaults.map(([key, setting]) => [key, setting.default])),
    ...config,
  };
  return {
    getConfig: <T extends object>() => complete as T,
    notApplicable: (reason?: string): never => {
      throw new NotApplicable(reason ?? "");
    },
  };
}

type ResourceClass<T> = new (...args: never[]) => T;

/** Compares with the type token that every generated resource class carries. */
function typeGuards(type: string, props: Properties) {
  const isType = (resourceClass: ResourceClass<pulumi.Resource>) =>
    "__pulumiType" in resourceClass && resourceClass.__pulumiType === type;
  return {
    isType,
    asType: <T>(resourceClass: ResourceClass<pulumi.Resource>) =>
      isType(resourceClass) ? (props as T) : undefined,
  };
}

/** Resources as a policy on the stack is given them, each with those that it was made from. */
export function stackResources(subjects: readonly Subject[]): PolicyResource[] {
  const resources = new Map(subjects.map((each) => [each.urn, stackResource(each)]));
  for (const { urn, propertyDependencies } of subjects) {
    for (const [property, dependencies] of Object.entries(propertyDependencies)) {
      const found = dependencies.flatMap((dependency) => resources.get(dependency.urn) ?? []);
      const resource = resources.get(urn);
      if (resource !== undefined) {
        resource.propertyDependencies[property] = found;
        resource.dependencies.push(
          ...found.filter((each) => !resource.dependencies.includes(each)),
        );
      }
    }
  }
  return [...resources.values()];
}

function stackResource({ type, name, urn, props, protect }: Subject): PolicyResource {
  const guarded = guard(props);
  return {
    type,
    name,
    urn,
    props: guarded,
    opts: optionsFor(protect),
    dependencies: [],
    propertyDependencies: {},
    ...typeGuards(type, guarded),
  };
}

function optionsFor(protect: boolean): PolicyResourceOptions {
  return {
    protect,
    ignoreChanges: [],
    aliases: [],
    additionalSecretOutputs: [],
    customTimeouts: { createSeconds: 0, updateSeconds: 0, deleteSeconds: 0 },
  };
}

function guard(props: Properties): Properties {
  return unknownCheckingProxy(props) as Properties;
}

function edited(
  original: Subject,
  path: string,
  change: (holder: Properties, key: string) => void,
): Subject {
  const props = structuredClone(original.props);
  const keys = path.split(/[.[\]]+/).filter((key) => key !== "");
  const last = keys.pop();
  const holder = keys.reduce<unknown>((at, key) => (at as Properties | undefined)?.[key], props);
  if (last === undefined || typeof holder !== "object" || holder === null) {
    throw new Error(`${original.type} has no ${path} to change`);
  }
  change(holder as Properties, last);
  return { ...original, props };
}
