import { z } from "zod";
import { checkConfig, configTexts } from "../infra/configValues";
import { project, stacks } from "./deployed";

/**
 * How GitHub's tokens name a repository. Those of a repository created, renamed or transferred since
 * 15 July 2026 carry the numbers of owner and repository, which nobody else can ever have
 * (https://github.blog/changelog/2026-04-23-immutable-subject-claims-for-github-actions-oidc-tokens).
 * No wildcard passes, so a subject made of it is exact.
 */
const REPOSITORY = /^(?:[\w.-]+\/[\w.-]+|[\w.-]+@\d+\/[\w.-]+@\d+)$/;

const schema = z.strictObject({
  repository: z
    .string("must be set: OWNER/NAME, or OWNER@ID/NAME@ID where GitHub's tokens carry the ids")
    .regex(REPOSITORY, "must be OWNER/NAME, or OWNER@ID/NAME@ID with both ids"),
  branch: z
    .string()
    .regex(/^[\w./-]+$/, "must be the name of a branch, without wildcards")
    .default("main"),
});

/** What the set-up can be told. */
export interface BootstrapConfig extends z.infer<typeof schema> {
  /** Project whose stacks are deployed. */
  readonly project: string;
  /** Each has a GitHub environment and a role of its own name. */
  readonly stacks: readonly string[];
}

/**
 * Checks what was set; `values` are by key, without the project's name.
 * @throws ConfigError that names each key, its value and what is allowed
 */
export function parseConfig(values: Readonly<Record<string, unknown>>): BootstrapConfig {
  return { ...checkConfig(schema, values), project, stacks };
}

export function readConfig(): BootstrapConfig {
  return parseConfig(configTexts());
}
