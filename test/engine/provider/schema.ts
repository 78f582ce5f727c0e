/**
 * What a provider knows of its resource types. The providers' own schemas come with their plugins,
 * but each SDK class is generated from them and assigns every property by name.
 */

import { createRequire } from "node:module";

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
