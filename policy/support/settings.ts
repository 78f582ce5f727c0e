import type { PolicyConfigSchema } from "@pulumi/policy";
import { insteadOf } from "./names";

type Value = string | number | boolean | readonly string[];

type JsonSchema = PolicyConfigSchema["properties"][string];

/** JSON Schema of one setting; the default is the law unless a stack's policy config says other. */
type Definition = JsonSchema & {
  readonly description: string;
  readonly default: Value;
};

type Widened<T> = T extends string
  ? string
  : T extends number
    ? number
    : T extends boolean
      ? boolean
      : readonly string[];

type Values<D> = {
  readonly [K in keyof D]: D[K] extends { default: infer V } ? Widened<V> : never;
};

/** A policy's config holds something that no setting of the policy is called. */
export class PolicySettingsError extends Error {
  override readonly name = "PolicySettingsError";
}

/**
 * @throws {PolicySettingsError} on a key that is not among those of the policy's schema: the engine
 * lets it pass, and a misspelt setting would silently leave the default in force
 */
export function refuseStraySettings(config: object, settings: readonly string[]): void {
  const stray = Object.keys(config).find((key) => !settings.includes(key));
  if (stray !== undefined) {
    throw new PolicySettingsError(`No setting is called "${stray}"; ${insteadOf(stray, settings)}`);
  }
}

/**
 * The settings of one policy: the schema that the engine validates config against and takes
 * defaults from, and the typed values that the check reads, both from one definition. Every list
 * can be given as `{ "add": [...] }` as well, which leaves the default in force.
 */
export function defineSettings<D extends Record<string, Definition>>(definitions: D) {
  const entries = Object.entries(definitions);
  const keys = entries.map(([key]) => key);
  const schemas = entries.map(([key, each]) => [key, withAdditions(each)]);
  return {
    schema: { properties: Object.fromEntries(schemas) as Record<string, Definition> },

    /** @throws {PolicySettingsError} on a key that is not defined */
    read(args: { getConfig<T extends object>(): T }): Values<D> {
      const config = args.getConfig<Record<string, unknown>>();
      refuseStraySettings(config, keys);
      const values: Record<string, unknown> = {};
      for (const [key, { default: value }] of entries) {
        values[key] = Object.hasOwn(config, key) ? valueOf(config[key], value) : value;
      }
      return values as Values<D>;
    },
  };
}

function withAdditions(definition: Definition): Definition {
  const { type, items } = definition;
  return type === "array" && items !== undefined
    ? {
        ...definition,
        type: ["array", "object"],
        properties: { add: { type, items } },
        required: ["add"],
        additionalProperties: false,
      }
    : definition;
}

function valueOf(given: unknown, usual: Value): unknown {
  const adds = Array.isArray(usual) && !Array.isArray(given);
  return adds ? [...usual, ...(given as { add: readonly string[] }).add] : given;
}
