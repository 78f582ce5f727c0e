/** Condition operators of IAM policies ("IAM JSON policy elements: Condition operators"). */
import { arnPattern, glob } from "./patterns";

/** What is known about a request, by lower-case condition key. */
export type Context = ReadonlyMap<string, string>;

/** Made when the first condition asks for it: most statements have none. */
export function contextOf(values: Readonly<Record<string, string>>): () => Context {
  let context: Context | undefined;
  return () =>
    (context ??= new Map(
      Object.entries(values).map(([key, value]) => [key.toLowerCase(), value] as const),
    ));
}

export type Condition = (context: Context) => boolean;

interface Operator {
  readonly matches: (expected: string) => (actual: string) => boolean;
  /** Whether the condition holds when nothing matches, a key that is absent included. */
  readonly negated?: true;
}

const equals: Operator["matches"] = (expected) => (actual) => actual === expected;
const equalsIgnoreCase: Operator["matches"] = (expected) => (actual) =>
  actual.toLowerCase() === expected.toLowerCase();
const like: Operator["matches"] = (expected) => {
  const pattern = glob(expected);
  return (actual) => pattern.test(actual);
};
const numeric =
  (compare: (actual: number, expected: number) => boolean): Operator["matches"] =>
  (expected) =>
  (actual) =>
    compare(Number(actual), Number(expected));

const OPERATORS: ReadonlyMap<string, Operator> = new Map<string, Operator>([
  ["StringEquals", { matches: equals }],
  ["StringNotEquals", { matches: equals, negated: true }],
  ["StringEqualsIgnoreCase", { matches: equalsIgnoreCase }],
  ["StringNotEqualsIgnoreCase", { matches: equalsIgnoreCase, negated: true }],
  ["StringLike", { matches: like }],
  ["StringNotLike", { matches: like, negated: true }],
  // The two spellings do the same, says the page above.
  ["ArnEquals", { matches: arnPattern }],
  ["ArnLike", { matches: arnPattern }],
  ["ArnNotEquals", { matches: arnPattern, negated: true }],
  ["ArnNotLike", { matches: arnPattern, negated: true }],
  ["Bool", { matches: equalsIgnoreCase }],
  ["NumericEquals", { matches: numeric((actual, expected) => actual === expected) }],
  [
    "NumericNotEquals",
    { matches: numeric((actual, expected) => actual === expected), negated: true },
  ],
  ["NumericLessThan", { matches: numeric((actual, expected) => actual < expected) }],
  ["NumericLessThanEquals", { matches: numeric((actual, expected) => actual <= expected) }],
  ["NumericGreaterThan", { matches: numeric((actual, expected) => actual > expected) }],
  ["NumericGreaterThanEquals", { matches: numeric((actual, expected) => actual >= expected) }],
]);

/**
 * Compiles one key of a Condition block.
 * @param operator with its prefix and suffix, for example `ForAnyValue:StringLikeIfExists`
 * @returns undefined for an operator that is not known here
 */
export function compileCondition(
  operator: string,
  key: string,
  values: readonly string[],
): Condition | undefined {
  const name = key.toLowerCase();
  if (operator === "Null") {
    return (context) => values.includes(String(!context.has(name)));
  }
  const [, quantifier, base = "", ifExists] =
    /^(?:(ForAllValues|ForAnyValue):)?(\w+?)(IfExists)?$/.exec(operator) ?? [];
  const found = OPERATORS.get(base);
  if (found === undefined) {
    return undefined;
  }
  const { matches, negated = false } = found;
  const tests = values.map(matches);
  const whenAbsent =
    ifExists !== undefined ||
    quantifier === "ForAllValues" ||
    (negated && quantifier === undefined);
  // Every key known here has one value, so both quantifiers ask the same of it once it is there.
  return (context) => {
    const actual = context.get(name);
    return actual === undefined ? whenAbsent : tests.some((test) => test(actual)) !== negated;
  };
}
