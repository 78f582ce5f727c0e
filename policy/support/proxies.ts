/** Looks behind the proxies in which the SDK gives a policy what it judges (its `proxy.js`, 1.21). */

/** Under this name a proxy gives what it stands for. */
const PROXIED = "__getSpecialProxyTarget";

/** The value itself, whose parts can be read without an error where one is unknown. */
export function unproxied(value: unknown): unknown {
  const isObject = typeof value === "object" && value !== null;
  return isObject ? ((value as Record<string, unknown>)[PROXIED] ?? value) : value;
}

/** What stands for an unknown value, by its kind; texts in most cases. */
const UNKNOWN: ReadonlySet<unknown> = new Set([
  "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "030794c1-ac77-496b-92df-f27374a8bd58",
  "e48ece36-62e2-4504-bad9-02848725956a",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
]);

/** Whether a value behind a proxy is one that only the update will know. */
export function isUnknownValue(value: unknown): boolean {
  return UNKNOWN.has(value);
}
