/** Wildcards as IAM policies write them: `*` for any text, `?` for one character. */

/** @param flags as of a regular expression */
export function glob(pattern: string, flags = ""): RegExp {
  return new RegExp(`^${sourceOf(pattern, ".")}$`, `su${flags}`);
}

/**
 * A test of ARNs: each of the six parts has to match on its own, and a part left out matches all
 * ("IAM JSON policy elements: Resource").
 */
export function arnPattern(pattern: string): (arn: string) => boolean {
  if (pattern === "*") {
    return () => true;
  }
  const parts = pattern.split(":");
  if (parts.length >= ARN_PARTS) {
    // Most patterns are one ARN, or all that begins like one, which is told without an expression.
    const wildcard = pattern.search(/[*?]/);
    if (wildcard === -1) {
      return (arn) => arn === pattern;
    }
    if (wildcard === pattern.length - 1 && pattern.endsWith("*")) {
      const start = pattern.slice(0, -1);
      return (arn) => arn.startsWith(start);
    }
  }
  const before = parts.slice(0, ARN_PARTS - 1).map((part) => sourceOf(part, "[^:]"));
  // Only the last part may have colons.
  const last = parts.slice(ARN_PARTS - 1).join(":");
  const source =
    parts.length < ARN_PARTS
      ? `${before.join(":")}(?::.*)?`
      : `${before.join(":")}:${sourceOf(last, ".")}`;
  const expression = new RegExp(`^${source}$`, "su");
  return (arn) => expression.test(arn);
}

const ARN_PARTS = 6;

/** @param character what a wildcard may stand for */
function sourceOf(pattern: string, character: "." | "[^:]"): string {
  return pattern
    .replace(/[\\^$.|+()[\]{}]/g, "\\$&")
    .replace(/[*?]/g, (wildcard) => (wildcard === "*" ? `${character}*` : character));
}
