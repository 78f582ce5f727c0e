import type { PolicyConfigSchema } from "@pulumi/policy";

type Value = string | number | boolean | readonly string[];

/** JSON Schema of one setting; the default is the law unless a stack's policy config says other. */
type Definition = PolicyConfigSchema["properties"][string] & {
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
 * The settings of one policy: the schema that the engine validates config against and takes
 * defaults from, and the typed values that the check reads, both from one definition.
 */
export function defineSettings<D extends Record<string, Definition>>(definitions: D) {
  return {
    schema: { properties: definitions } satisfies PolicyConfigSchema,

    /**
     * @throws {PolicySettingsError} on a key that is not defined: the engine lets it pass, and a
     * misspelt setting would silently leave the default in force
     */
    read(args: { getConfig<T extends object>(): T }): Values<D> {
      const config = args.getConfig<Record<string, unknown>>();
      const stray = Object.keys(config).find((key) => !Object.hasOwn(definitions, key));
      if (stray !== undefined) {
        const known = Object.keys(definitions).join(", ");
        throw new PolicySettingsError(`No setting is called "${stray}"; there is: ${known}`);
      }
      const defaults = Object.entries(definitions).map(([key, { default: value }]) => [key, value]);
      return { ...(Object.fromEntries(defaults) as Values<D>), ...config };
    },
  };
}
