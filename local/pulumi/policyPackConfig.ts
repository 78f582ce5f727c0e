/** Turns the config of a policy pack into what each policy is given, as Pulumi's engine does. */
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
    | { readonly enforcementLevel?: EnforcementLevel; readonly [key: string]: unknown }
  >
>;

/** What the engine configures one policy with. */
export interface PolicySettings {
  readonly level: EnforcementLevel;
  readonly properties: Readonly<Record<string, unknown>>;
}

/** The config of a policy pack names what is not there, or gives a value its schema forbids. */
export class PolicyPackConfigError extends Error {
  override readonly name = "PolicyPackConfigError";
}

/**
 * Settings of every policy: the schema's defaults and the policy's own level, then the level given
 * for `all`, then what is given for the policy itself (`pkg/resource/analyzer/config.go`).
 *
 * @throws {PolicyPackConfigError} when a value does not match its schema; also, unlike the engine,
 * when a policy or a setting of that name does not exist
 */
export function resolvePolicyConfig(
  info: AnalyzerInfo,
  config: PolicyPackConfig,
): ReadonlyMap<string, PolicySettings> {
  const policies = info.getPoliciesList();
  const names = policies.map((policy) => policy.getName());
  const stray = Object.keys(config).find((name) => name !== "all" && !names.includes(name));
  if (stray !== undefined) {
    throw new PolicyPackConfigError(
      `The policy pack has no policy called "${stray}"; it has: ${names.join(", ")}`,
    );
  }
  const all = split(config["all"]).level;
  return new Map(
    policies.map((policy) => {
      const given = split(config[policy.getName()]);
      const schema = (policy.getConfigschema()?.getProperties()?.toJavaScript() ?? {}) as Schema;
      const properties = { ...defaults(schema), ...given.properties };
      validate(policy.getName(), schema, properties);
      const level = given.level ?? all ?? levelFromWire(policy.getEnforcementlevel());
      return [policy.getName(), { level, properties }];
    }),
  );
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

function split(config: PolicyPackConfig[string] | undefined) {
  if (config === undefined || typeof config === "string") {
    return { level: config, properties: {} };
  }
  const { enforcementLevel, ...properties } = config;
  return { level: enforcementLevel, properties };
}

function defaults(schema: Schema): Record<string, unknown> {
  const given = Object.entries(schema).filter(([, setting]) => setting.default !== undefined);
  return Object.fromEntries(given.map(([key, setting]) => [key, setting.default]));
}

function validate(policy: string, properties: Schema, values: Record<string, unknown>): void {
  const schema = { type: "object", properties, additionalProperties: false };
  const result = z
    .fromJSONSchema(schema as Parameters<typeof z.fromJSONSchema>[0])
    .safeParse(values);
  if (!result.success) {
    const complaints = result.error.issues.map(
      ({ path, message }) => `${[policy, ...path].join(".")}: ${message}`,
    );
    throw new PolicyPackConfigError(
      `The policy pack's config is not valid: ${complaints.join("; ")}`,
    );
  }
}
