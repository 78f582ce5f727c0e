/** Reads what `pulumi` would hand to the program: the project's name and the stack's config. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { parse } from "yaml";
import { z } from "zod";

/** The project or stack file cannot be used, or an override cannot be applied. */
export class StackConfigError extends Error {
  override readonly name = "StackConfigError";
}

/** A value to set before the program runs, as `pulumi config set --path` would. */
export interface ConfigOverride {
  /** Segments of the key: `["endpoint", "capture"]`; the first is in the project's namespace. */
  readonly path: readonly [string, ...string[]];
  readonly value: unknown;
}

export interface StackConfig {
  readonly project: string;
  readonly stack: string;
  /** By full key (`namespace:key`); structured values, numbers and booleans as JSON text. */
  readonly values: Readonly<Record<string, string>>;
}

/** An empty `config:` is none. */
const configBlock = z
  .record(z.string(), z.unknown())
  .nullish()
  .transform((config) => config ?? {});
const projectFile = z.looseObject({
  name: z.string(),
  config: configBlock,
  stackConfigDir: z.string().default("."),
});
const stackFile = z.looseObject({ config: configBlock, environment: z.unknown().optional() });

/**
 * What `Pulumi.yaml` says of a key of the config ("Project-level configuration", Pulumi's
 * documentation): a value for all stacks, or what the key must hold and holds unless a stack says
 * otherwise.
 */
const declaration = z.union([
  z.strictObject({ value: z.unknown(), secret: z.boolean().optional() }),
  z.strictObject({
    type: z.enum(["string", "boolean", "integer", "array", "object"]).optional(),
    description: z.string().optional(),
    secret: z.boolean().optional(),
    default: z.unknown().optional(),
    items: z.unknown().optional(),
  }),
]);
type Declaration = z.infer<typeof declaration>;

const DECLARED_TYPES = {
  string: z.string(),
  boolean: z.boolean(),
  integer: z.int(),
  array: z.array(z.unknown()),
  object: z.record(z.string(), z.unknown()),
} as const;

/**
 * Reads `Pulumi.yaml` and `Pulumi.<stack>.yaml` in a folder: the stack's values over the project's.
 * @throws {StackConfigError} when a file is missing or malformed, holds a secret or names an
 * environment (only Pulumi can open them), a value is not what the project declares, or an
 * override leads through a value that has no keys
 */
export function readStackConfig(
  folder: string,
  stack: string,
  overrides: readonly ConfigOverride[] = [],
): StackConfig {
  const projectPath = path.join(folder, "Pulumi.yaml");
  const { name: project, stackConfigDir, config } = readYaml(projectPath, projectFile);
  const stackFolder = path.join(folder, stackConfigDir);
  const file = path.join(stackFolder, `Pulumi.${stack}.yaml`);
  if (!existsSync(file)) {
    const stacks = (existsSync(stackFolder) ? readdirSync(stackFolder) : []).flatMap(
      (name) => /^Pulumi\.(.+)\.yaml$/.exec(name)?.[1] ?? [],
    );
    throw new StackConfigError(
      `There is no stack "${stack}" (no ${path.basename(file)}); there is: ${stacks.join(", ")}`,
    );
  }
  const content = readYaml(file, stackFile);
  refuseEnvironment(file, content.environment);
  const fullKey = (key: string) => (key.includes(":") ? key : `${project}:${key}`);
  const declared = new Map(
    Object.entries(config).map(([key, given]) => [fullKey(key), declarationOf(key, given)]),
  );
  const values = new Map([...declared].map(([key, each]) => [key, usualValue(each)]));
  for (const [key, value] of Object.entries(content.config)) {
    refuseSecret(key, value);
    values.set(fullKey(key), value);
  }
  for (const override of overrides) {
    const [first, ...rest] = override.path;
    const key = fullKey(first);
    values.set(key, withValue(values.get(key), rest, override));
  }
  for (const [key, each] of declared) {
    checkDeclared(key, values.get(key), each);
  }
  return {
    project,
    stack,
    values: Object.fromEntries(
      [...values].map(([key, value]) => [
        key,
        typeof value === "string" ? value : JSON.stringify(value),
      ]),
    ),
  };
}

/**
 * Parses `key.path=value`; a value that is JSON is taken as such, any other as text.
 * @throws {StackConfigError} when there is no key or no `=`
 */
export function parseOverride(text: string): ConfigOverride {
  const [, key, value] = /^([\w:-]+(?:\.[\w-]+)*)=(.*)$/s.exec(text) ?? [];
  if (key === undefined || value === undefined) {
    throw new StackConfigError(`"${text}" sets nothing; write key=value, as in training.epochs=10`);
  }
  return { path: key.split(".") as [string, ...string[]], value: parseValue(value) };
}

function parseValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function readYaml<T>(file: string, schema: z.ZodType<T>): T {
  let content: unknown;
  try {
    content = parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw new StackConfigError(`${file} cannot be read: ${(error as Error).message}`, {
      cause: error,
    });
  }
  const result = schema.safeParse(content ?? {});
  if (!result.success) {
    throw new StackConfigError(`${file}: ${z.prettifyError(result.error)}`);
  }
  return result.data;
}

/** A plain value is the default of its key. */
function declarationOf(key: string, given: unknown): Declaration {
  refuseSecret(key, given);
  if (typeof given !== "object" || given === null || Array.isArray(given)) {
    return { default: given };
  }
  const result = declaration.safeParse(given);
  if (!result.success) {
    throw new StackConfigError(
      `Pulumi.yaml: ${key} is neither a value nor a declaration with \`value\`, \`default\`, ` +
        `\`type\`, \`description\` and \`secret\`: ${JSON.stringify(given)}`,
    );
  }
  return result.data;
}

/** What a stack without a value of its own gets; nothing if the project only declares the key. */
function usualValue(declared: Declaration | undefined): unknown {
  return declared !== undefined && "value" in declared ? declared.value : declared?.default;
}

/** @throws {StackConfigError} when the key must have a value and has none, or one of another type */
function checkDeclared(key: string, value: unknown, declared: Declaration): void {
  if (value === undefined) {
    throw new StackConfigError(
      `${key} has no value: Pulumi.yaml declares it without a default; set it with --config`,
    );
  }
  const type = "type" in declared ? declared.type : undefined;
  if (type !== undefined && !DECLARED_TYPES[type].safeParse(value).success) {
    throw new StackConfigError(
      `${key} must be of the type ${type} that Pulumi.yaml declares; it is ` +
        JSON.stringify(value),
    );
  }
}

function refuseEnvironment(file: string, environment: unknown): void {
  if (environment !== undefined && environment !== null) {
    throw new StackConfigError(
      `${path.basename(file)} takes values from the environment ${JSON.stringify(environment)}, ` +
        "which only Pulumi can open; give them with --config to a stack file without it",
    );
  }
}

function refuseSecret(key: string, value: unknown): void {
  if (typeof value !== "object" || value === null) {
    return;
  }
  if ("secure" in value) {
    throw new StackConfigError(
      `${key} is a secret, which only Pulumi can decrypt; give it a value with --config`,
    );
  }
  for (const [name, nested] of Object.entries(value)) {
    refuseSecret(`${key}.${name}`, nested);
  }
}

function withValue(current: unknown, rest: readonly string[], override: ConfigOverride): unknown {
  const [next, ...deeper] = rest;
  if (next === undefined) {
    return override.value;
  }
  if (current !== undefined && (typeof current !== "object" || current === null)) {
    throw new StackConfigError(
      `${override.path.join(".")} cannot be set: ${JSON.stringify(current)} has no "${next}"`,
    );
  }
  const fields = (current ?? {}) as Record<string, unknown>;
  return { ...fields, [next]: withValue(fields[next], deeper, override) };
}
