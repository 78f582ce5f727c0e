import { createHash } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import { ENDPOINT_NAME_PATTERN } from "../contract/inference";

/**
 * A short stable hash of plain data: equal values give equal text, whatever the order of their keys.
 * @returns 10 lower-case hexadecimal digits
 */
export function contentHash(value: unknown): string {
  return createHash("sha256").update(canonicalJson(value)).digest("hex").slice(0, 10);
}

function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, nested: unknown) =>
    nested !== null && typeof nested === "object" && !Array.isArray(nested)
      ? Object.fromEntries(Object.entries(nested).sort(([a], [b]) => (a < b ? -1 : 1)))
      : nested,
  );
}

/**
 * The endpoint's name: it is in ARNs, which have it in lower case, so it is lower case from the
 * start.
 * @throws RunError if SageMaker would not take it
 */
export function endpointNameOf(project: string, stack: string): string {
  const name = `${project}-${stack}`.toLowerCase();
  if (!ENDPOINT_NAME_PATTERN.test(name)) {
    throw new pulumi.RunError(
      `The endpoint would be called ${name}, which SageMaker does not take: give the stack a name ` +
        `of letters, digits and inner hyphens, so that the whole has at most 63 of them`,
    );
  }
  return name;
}
