import { createHash } from "node:crypto";
import * as path from "node:path";

/** The project's root folder, from wherever the engine runs the program. */
export const PROJECT_ROOT = path.resolve(__dirname, "..");

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
