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

const projectFile = z.looseObject({ name: z.string() });
const stackFile = z.looseObject({ config: z.record(z.string(), z.unknown()).default({}) });

/**
 * Reads `Pulumi.yaml` and `Pulumi.<stack>.yaml` in a folder.
 * @throws {StackConfigError} when a file is missing or malformed, holds a secret (only Pulumi can
 * decrypt it), or an override leads through a value that has no keys
 */
export function readStackConfig(
  folder: string,
  stack: string,
  overrides: readonly ConfigOverride[] = [],
): StackConfig {
  const project = readYaml(path.join(folder, "Pulumi.yaml"), projectFile).name;
  const file = path.join(folder, `Pulumi.${stack}.yaml`);
  if (!existsSync(file)) {
    const stacks = readdirSync(folder).flatMap(
      (name) => /^Pulumi\.(.+)\.yaml$/.exec(name)?.[1] ?? [],
    );
    throw new StackConfigError(
      `There is no stack "${stack}" (no ${path.basename(file)}); there is: ${stacks.join(", ")}`,
    );
  }
  const values = new Map<string, unknown>();
  for (const [key, value] of Object.entries(readYaml(file, stackFile).config)) {
    refuseSecret(key, value);
    values.set(key.includes(":") ? key : `${project}:${key}`, value);
  }
  for (const override of overrides) {
    const [first, ...rest] = override.path;
    const key = first.includes(":") ? first : `${project}:${first}`;
    values.set(key, withValue(values.get(key), rest, override));
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
