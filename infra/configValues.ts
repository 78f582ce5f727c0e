/** What a stack's configuration holds, checked by a schema. */
import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { similarNames } from "../common/similarNames";

/** The stack's configuration is wrong; thrown before any resource is made. */
export class ConfigError extends pulumi.RunError {
  constructor(message: string) {
    super(message);
    this.name = "ConfigError";
  }
}

/** Every key of the project that is set, so that a misspelt one is refused rather than ignored. */
export function configTexts(): Readonly<Record<string, string>> {
  const config = new pulumi.Config();
  const prefix = `${config.name}:`;
  const keys = Object.keys(pulumi.runtime.allConfig() ?? {})
    .filter((key) => key.startsWith(prefix))
    .map((key) => key.slice(prefix.length));
  return Object.fromEntries(keys.map((key) => [key, config.require(key)]));
}

type Values = Readonly<Record<string, unknown>>;

/**
 * Validates a configuration.
 * @param help where its keys are described
 * @throws ConfigError with all that is wrong: each key, its value, and what is allowed or was meant
 */
export function checkConfig<T>(schema: z.ZodType<T>, values: Values, help?: string): T {
  const result = schema.safeParse(values);
  if (result.success) {
    return result.data;
  }
  const complaints = result.error.issues.flatMap((issue) =>
    issue.code === "unrecognized_keys"
      ? issue.keys.map((key) => unknownKey([...issue.path, key], schema))
      : [wrongValue(issue, values)],
  );
  throw new ConfigError(
    `The stack's configuration is not valid${help === undefined ? "" : ` (${help})`}:\n` +
      complaints.map((complaint) => `  ${complaint}`).join("\n"),
  );
}

function wrongValue({ path, message }: z.core.$ZodIssue, values: Values): string {
  const value = path.reduce<unknown>(
    (at, key) => (at as Record<PropertyKey, unknown> | undefined)?.[key],
    values,
  );
  const found = value === undefined ? "not set" : JSON.stringify(value);
  return `${path.join(".")}: ${message}; it is ${found}`;
}

/** A slip is looked for among the keys of the same group, and the very name in all groups. */
function unknownKey(path: readonly PropertyKey[], schema: z.ZodType): string {
  const [group, name] = [path.slice(0, -1).join("."), String(path.at(-1))];
  const known = keysOf(z.toJSONSchema(schema, { io: "input" }));
  const siblings = known.filter((key) => key.group === group).map((key) => key.name);
  const elsewhere = known.filter((key) => key.name === name);
  const near = similarNames(name, siblings).map((each) => ({ group, name: each }));
  const meant = (near.length > 0 ? near : elsewhere).map(pathOf);
  const instead =
    meant.length > 0 ? `did you mean ${meant.join(" or ")}?` : `there is: ${siblings.join(", ")}`;
  return `${path.join(".")}: there is no such key; ${instead}`;
}

interface Key {
  /** Path of the group that it is in; empty for the stack itself. */
  readonly group: string;
  readonly name: string;
}

function pathOf({ group, name }: Key): string {
  return group === "" ? name : `${group}.${name}`;
}

function keysOf({ properties = {} }: z.core.JSONSchema.BaseSchema, group = ""): readonly Key[] {
  return Object.entries(properties).flatMap(([name, schema]) => {
    const key = { group, name };
    return [key, ...(typeof schema === "boolean" ? [] : keysOf(schema, pathOf(key)))];
  });
}
