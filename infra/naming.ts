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

/** Names that a person looks for; everything else is named by the engine. */
export interface PhysicalNames {
  /** Lower case, as it is in the endpoint's ARN. */
  readonly endpoint: string;
  readonly dashboard: string;
  /** Log group of the state machine. */
  readonly executionLogs: string;
  /** Log group of the machine of reviews. */
  readonly reviewLogs: string;
}

/**
 * What a stack calls things unless it is told otherwise. Two stacks of one account differ.
 * @throws RunError if SageMaker would not take the endpoint's name
 */
export function physicalNames(
  project = pulumi.getProject(),
  stack = pulumi.getStack(),
): PhysicalNames {
  return {
    endpoint: endpointName(project, stack),
    dashboard: `${project}-${stack}`,
    // Groups with this prefix do not count towards the limit of the policy by which the service
    // that delivers logs is let in ("Logging using CloudWatch Logs", Step Functions).
    executionLogs: `/aws/vendedlogs/states/${project}-${stack}`,
    // No stack's name has a slash, so this is no other stack's group.
    reviewLogs: `/aws/vendedlogs/states/review/${project}-${stack}`,
  };
}

function endpointName(project: string, stack: string): string {
  const name = `${project}-${stack}`.toLowerCase();
  if (!ENDPOINT_NAME_PATTERN.test(name)) {
    throw new pulumi.RunError(
      `The endpoint would be called ${name}, which SageMaker does not take: give the stack a name ` +
        `of letters, digits and inner hyphens, so that the whole has at most 63 of them`,
    );
  }
  return name;
}
