/** Wildcards as IAM policies write them: `*` for any text, `?` for one character. */

/** @param flags as of a regular expression */
export function glob(pattern: string, flags = ""): RegExp {
  const source = pattern
    .replace(/[\\^$.|+()[\]{}]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${source}$`, `su${flags}`);
}

/**
 * A test of ARNs: each of the six parts has to match on its own, and a part left out matches all
 * ("IAM JSON policy elements: Resource").
 */
export function arnPattern(pattern: string): (arn: string) => boolean {
  if (pattern === "*") {
    return () => true;
  }
  const expected = arnParts(pattern).map((part) => glob(part));
  return (arn) => {
    const actual = arnParts(arn);
    return (
      actual.length <= ARN_PARTS &&
      actual.every((part, index) => expected[index]?.test(part) ?? true)
    );
  };
}

const ARN_PARTS = 6;

function arnParts(arn: string): readonly string[] {
  const parts = arn.split(":");
  return [...parts.slice(0, ARN_PARTS - 1), ...restOf(parts)];
}

function restOf(parts: readonly string[]): readonly string[] {
  return parts.length < ARN_PARTS ? [] : [parts.slice(ARN_PARTS - 1).join(":")];
}
