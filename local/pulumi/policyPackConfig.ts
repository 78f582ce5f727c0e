/** Turns the config of a policy pack into what each policy is given, as Pulumi's engine does. */
import { existsSync, readFileSync } from "node:fs";
import * as path from "node:path";
import type { AnalyzerInfo } from "@pulumi/pulumi/proto/analyzer_pb";
import { EnforcementLevel as WireLevel } from "@pulumi/pulumi/proto/analyzer_pb";
import { z } from "zod";

export const ENFORCEMENT_LEVELS = ["advisory", "mandatory", "remediate", "disabled"] as const;
export type EnforcementLevel = (typeof ENFORCEMENT_LEVELS)[number];

/** By policy name, or `all`: a level, or settings with or without one. As in `--policy-pack-config`. */
export type PolicyPackConfig = Readonly<
  Record<
    string,
    | EnforcementLevel
    | { readonly enforcementLevel?: EnforcementLevel | undefined; readonly [key: string]: unknown }
  >
>;

/** What the engine configures one policy with. */
export interface PolicySettings {
  readonly level: EnforcementLevel;
  readonly properties: Readonly<Record<string, unknown>>;
}

/** The config of a policy pack cannot be read, or gives a value that its schema forbids. */
export class PolicyPackConfigError extends Error {
  override readonly name = "PolicyPackConfigError";
}

const level = z.enum(ENFORCEMENT_LEVELS, {
  error: ({ input }) => `${JSON.stringify(input)} is not one of ${ENFORCEMENT_LEVELS.join(", ")}`,
});
const entry = z.union([level, z.looseObject({ enforcementLevel: level.optional() })], {
  error: ({ input }) => `${JSON.stringify(input)} is neither a level nor settings`,
});

/**
 * Reads a file as `--policy-pack-config` takes it.
 * @throws {PolicyPackConfigError} when there is none, it is not JSON, or an entry is neither one of
 * the levels nor settings
 */
export function readPolicyPackConfig(file: string): PolicyPackConfig {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw new PolicyPackConfigError(`${file} cannot be read: ${(error as Error).message}`);
  }
  const result = z.record(z.string(), entry).safeParse(content);
  if (!result.success) {
    throw new PolicyPackConfigError(`${file} is not valid: ${z.prettifyError(result.error)}`);
  }
  return result.data;
}

/** A config, and the file that it is from; none of either when the pack's own defaults hold. */
export interface PolicyPackConfigFile {
  readonly file?: string;
  readonly config: PolicyPackConfig;
}

/**
 * The config that a pack is run with for a stack: of the file that is given, or else of
 * `policy-config.<stack>.json` in the pack's folder, if the stack has one.
 * @throws {PolicyPackConfigError} as {@link readPolicyPackConfig} does
 */
export function policyPackConfigOf(
  folder: string,
  stack: string,
  given?: string,
): PolicyPackConfigFile {
  const file = given ?? path.join(folder, `policy-config.${stack}.json`);
  return given === undefined && !existsSync(file)
    ? { config: {} }
    : { file, config: readPolicyPackConfig(file) };
}

/**
 * Settings of every policy: the schema's defaults and the policy's own level, then the level given
 * for `all`, then what is given for the policy itself. What is given for a policy that there is not
 * is passed on (`pkg/resource/analyzer/config.go`).
 *
 * @throws {PolicyPackConfigError} when a value does not match its schema, or a level is none
 */
export function resolvePolicyConfig(
  info: AnalyzerInfo,
  config: PolicyPackConfig,
): ReadonlyMap<string, PolicySettings> {
  const given = new Map(Object.entries(config).map(([name, each]) => [name, split(each)]));
  const all = given.get("all")?.level;
  const resolved = new Map<string, PolicySettings>();
  for (const policy of info.getPoliciesList()) {
    const name = policy.getName();
    const schema = (policy.getConfigschema()?.getProperties()?.toJavaScript() ?? {}) as Schema;
    const properties = { ...defaults(schema), ...given.get(name)?.properties };
    validate(name, schema, properties);
    const level = given.get(name)?.level ?? all ?? levelFromWire(policy.getEnforcementlevel());
    resolved.set(name, { level, properties });
  }
  for (const [name, { level = "advisory", properties }] of given) {
    if (!resolved.has(name) && (name !== "all" || Object.keys(properties).length > 0)) {
      resolved.set(name, { level, properties });
    }
  }
  return resolved;
}

export function levelFromWire(level: WireLevel): EnforcementLevel {
  switch (level) {
    case WireLevel.ADVISORY:
      return "advisory";
    case WireLevel.MANDATORY:
      return "mandatory";
    case WireLevel.REMEDIATE:
      return "remediate";
    case WireLevel.DISABLED:
      return "disabled";
  }
}

export function levelToWire(level: EnforcementLevel): WireLevel {
  switch (level) {
    case "advisory":
      return WireLevel.ADVISORY;
    case "mandatory":
      return WireLevel.MANDATORY;
    case "remediate":
      return WireLevel.REMEDIATE;
    case "disabled":
      return WireLevel.DISABLED;
  }
}

/** JSON Schema by setting. */
type Schema = Record<string, { default?: unknown }>;

function split(config: PolicyPackConfig[string]) {
  if (typeof config === "string") {
    return { level: config, properties: {} };
  }
  const { enforcementLevel, ...properties } = config;
  return { level: enforcementLevel, properties };
}

function defaults(schema: Schema): Record<string, unknown> {
  const given = Object.entries(schema).filter(([, setting]) => setting.default !== undefined);
  return Object.fromEntries(given.map(([key, setting]) => [key, setting.default]));
}

/** Settings that the schema does not have pass, as they do in the engine: the pack refuses them. */
function validate(policy: string, properties: Schema, values: Record<string, unknown>): void {
  const schema = { type: "object", properties };
  const result = z
    .fromJSONSchema(schema as Parameters<typeof z.fromJSONSchema>[0])
    .safeParse(values);
  if (!result.success) {
    const complaints = result.error.issues.map(
      ({ path: [setting = "", ...rest], message }) =>
        `${[policy, setting, ...rest].join(".")}: ${message}; ` +
        `it is ${JSON.stringify(values[String(setting)])}`,
    );
    throw new PolicyPackConfigError(
      `The policy pack's config is not valid: ${complaints.join("; ")}`,
    );
  }
}
