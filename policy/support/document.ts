/** Reads policy documents of IAM ("Grammar of the IAM JSON policy language", IAM User Guide). */
import type { Property } from "./property";

/** Keys that tell on whose behalf a service acts ("The confused deputy problem", IAM User Guide). */
export const SOURCE_KEYS = ["aws:SourceAccount", "aws:SourceArn", "aws:SourceOrgID"];

/**
 * The statements of a document with a certain effect. Those that are unknown are left out: the
 * update judges them.
 */
export function statements(document: Property, effect: "Allow" | "Deny"): Property[] {
  return document
    .json()
    .at("Statement")
    .itemsOrSelf()
    .filter((statement) => !statement.isUnknown)
    .filter((statement) => statement.at("Effect").mayBe((value) => value === effect));
}

/** Whom a statement is about, each with its kind: `AWS`, `Service`, `Federated`. */
export function principals(statement: Property): [string, Property][] {
  const principal = statement.at("Principal");
  if (principal.is((value) => typeof value === "string")) {
    // `"*"` is short for `{ "AWS": "*" }`.
    return [["AWS", principal]];
  }
  return principal
    .entries()
    .flatMap(([kind, named]) =>
      named.itemsOrSelf().map((each): [string, Property] => [kind, each]),
    );
}

/** A condition of a statement; its key in lower case, as IAM does not tell cases apart. */
interface Condition {
  readonly operator: string;
  readonly key: string;
  readonly values: readonly Property[];
}

/** The conditions of a statement; none when they are absent or unknown. */
export function conditions(statement: Property): Condition[] {
  return statement
    .at("Condition")
    .entries()
    .flatMap(([operator, keys]) =>
      keys.entries().map(([key, values]) => ({
        operator,
        key: key.toLowerCase(),
        values: values.blocks(),
      })),
    );
}

/**
 * Whether one of these keys has to equal something, and not just anything. Unknown conditions may.
 * @param keys in any case
 */
export function isLimitedBy(statement: Property, keys: readonly string[]): boolean {
  if (statement.at("Condition").isUnknown) {
    return true;
  }
  const wanted = keys.map((key) => key.toLowerCase());
  return conditions(statement).some(
    ({ operator, key, values }) =>
      wanted.includes(key) &&
      /^(String|Arn)(Equals|Like|EqualsIgnoreCase)$/.test(operator) &&
      values.length > 0 &&
      values.every((value) =>
        value.mayBe((text) => typeof text === "string" && /[^*?]/.test(text)),
      ),
  );
}
