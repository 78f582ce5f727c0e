/**
 * What a provider knows of its resource types. The providers' own schemas come with their plugins,
 * but each SDK class is generated from them and assigns every property by name.
 */

import { createRequire } from "node:module";
import { unknownValue } from "@pulumi/pulumi/runtime/rpc";
import { types } from "./computed.json";

/** The names of a type's properties. */
interface TypeSchema {
  readonly inputs: ReadonlySet<string>;
  /** Those that only the provider sets. */
  readonly computed: ReadonlySet<string>;
}

const schemas = new Map<string, TypeSchema>();

/**
 * @param type token of a resource type, such as `aws:s3/bucket:Bucket`
 * @throws Error when the installed SDKs have no such type
 */
export function schemaOf(type: string): TypeSchema {
  let schema = schemas.get(type);
  if (schema === undefined) {
    schema = readSchema(type);
    schemas.set(type, schema);
  }
  return schema;
}

function readSchema(type: string): TypeSchema {
  const [provider = "", module = "", name = ""] = type.split(":");
  const sdk = createRequire(__filename)(`@pulumi/${provider}/${module}`) as Record<string, unknown>;
  const source = String(sdk[name]);
  const inputs = new Set(named(source, /resourceInputs\["(\w+)"\] = [^;]*\bargs\?\./g));
  const computed = named(source, /resourceInputs\["(\w+)"\] = undefined \/\*out\*\//g);
  if (inputs.size === 0) {
    throw new Error(`The SDK of "${provider}" has no resource type ${type}`);
  }
  return { inputs, computed: new Set(computed.filter((property) => !inputs.has(property))) };
}

function named(source: string, pattern: RegExp): string[] {
  return [...source.matchAll(pattern)].map(([, property = ""]) => property);
}

/** Paths below a type's properties that the provider may compute where the program leaves them out. */
const OPTIONAL_AND_COMPUTED: Readonly<Record<string, readonly string[]>> = types;

/**
 * What the bridge reports of a resource in a preview: the inputs, and as unknown all that the
 * provider computes, also where the program could have set it and did not.
 */
export function reportedInPreview(
  type: string,
  inputs: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const reported: Record<string, unknown> = { ...inputs };
  for (const path of OPTIONAL_AND_COMPUTED[type] ?? []) {
    const [property = "", ...nested] = path.split(".");
    const value = filledIn(reported[property], nested);
    if (value !== undefined) {
      reported[property] = value;
    }
  }
  return reported;
}

/** With what is missing below a value as unknown; a block that is not there stays away. */
function filledIn(value: unknown, path: readonly string[]): unknown {
  const [key, ...nested] = path;
  if (key === undefined) {
    return value ?? unknownValue;
  }
  if (Array.isArray(value)) {
    return value.map((each) => filledIn(each, path));
  }
  if (typeof value !== "object" || value === null) {
    return value;
  }
  const block = value as Record<string, unknown>;
  const filled = filledIn(block[key], nested);
  return filled === undefined ? block : { ...block, [key]: filled };
}
