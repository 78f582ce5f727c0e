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

/** What the value of a key has to look like to say who is meant, by key in lower case. */
const LIMITS: Readonly<Record<string, RegExp>> = {
  "aws:sourceaccount": /^\d+$/,
  "aws:sourceowner": /^\d+$/,
  "aws:principalaccount": /^\d+$/,
  "kms:calleraccount": /^\d+$/,
  "s3:dataaccesspointaccount": /^\d+$/,
  "aws:sourceorgid": /^o-[a-z0-9]+$/,
  "aws:principalorgid": /^o-[a-z0-9]+$/,
  "aws:sourceorgpaths": /^o-[a-z0-9]+\//,
  "aws:principalorgpaths": /^o-[a-z0-9]+\//,
  "aws:sourcevpc": /^vpc-[0-9a-f]+$/,
  "aws:sourcevpce": /^vpce-[0-9a-f]+$/,
  "elasticfilesystem:accessedviamounttarget": /^true$/,
  // Of users; and of roles, whose sessions have a name after it.
  "aws:userid": /^[A-Z][A-Z0-9]{15,}(:[^:]*)?$/,
  "iam:passedtoservice": /^[a-z0-9.-]+\.amazonaws\.com(\.cn)?$/,
  "iam:permissionsboundary": /^arn:[^:*?]+:iam::\w+:policy\/[^*?]+$/,
  "iam:policyarn": /^arn:[^:*?]+:iam::\w+:policy\/[^*?]{3}/,
  // Half of all addresses, and more, are no limit ("The meaning of public", Amazon S3 User Guide).
  "aws:sourceip":
    /^(\d+\.[\d.]+(\/([89]|[12]\d|3[0-2]))?|[0-9a-f]+:[0-9a-f:]*(\/(3[2-9]|[4-9]\d|1[0-2]\d))?)$/i,
};

/**
 * ARNs without wildcards in partition, service and account; where there is no account, as with
 * buckets, the name has to begin with something.
 */
const LIMITED_ARN = /^arn:[^:*?]+:[^:*?]+:[^:]*:(\d+:.|:([^*?:]{3}|[^*?:/]+$))/;

/**
 * Whether a text has what stands for something of the request, such as the very key that it is
 * compared with: `${...}`. Takes time in proportion to its length, as {@link replaceVariables} does.
 */
export function hasVariable(text: string): boolean {
  const start = text.indexOf("${");
  return start >= 0 && text.includes("}", start);
}

/** Puts something else in the place of each variable. */
export function replaceVariables(text: string, by: (variable: string) => string): string {
  // Behind the last brace nothing ends, and looking for an end from every beginning would take long.
  const end = text.lastIndexOf("}") + 1;
  return text.slice(0, end).replace(/\$\{[^}]*\}/g, by) + text.slice(end);
}

function isLimit(key: string, text: unknown): boolean {
  const form = LIMITS[key] ?? (key.endsWith("arn") ? LIMITED_ARN : /^([^*?]{3}|[^*?]+$)/);
  const isValue = typeof text === "string" || typeof text === "boolean";
  return isValue && !hasVariable(String(text)) && form.test(String(text));
}

/** Operators by which a key has to be one of the values: of its own, or of all that there are. */
const EQUAL =
  /^(ForAnyValue:|ForAllValues:)?((String|Arn)(Equals|Like|EqualsIgnoreCase)|IpAddress|Bool)(IfExists)?$/i;

/** Those that also hold if a request does not have the key. */
const HOLDS_WITHOUT = /^ForAllValues:|IfExists$/i;

/** Whether a condition does not hold for requests that do not have its key. */
function demandsKey({ operator, values }: Condition): boolean {
  if (/^Null$/i.test(operator)) {
    return (
      values.length > 0 && values.every((value) => value.is((text) => String(text) === "false"))
    );
  }
  return (EQUAL.test(operator) || /^ForAnyValue:/i.test(operator)) && !HOLDS_WITHOUT.test(operator);
}

/**
 * Whether one of these keys has to equal something that says who is meant. Unknown conditions may.
 * Operators that also hold without the key, `...IfExists` and `ForAllValues:...`, limit nothing, unless
 * another condition demands that it is there.
 * @param keys in any case
 */
export function isLimitedBy(statement: Property, keys: readonly string[]): boolean {
  if (statement.at("Condition").isUnknown) {
    return true;
  }
  const wanted = keys.map((key) => key.toLowerCase());
  const all = conditions(statement);
  const demanded = all.filter(demandsKey).map(({ key }) => key);
  return all.some(
    ({ operator, key, values }) =>
      wanted.includes(key) &&
      EQUAL.test(operator) &&
      (!HOLDS_WITHOUT.test(operator) || demanded.includes(key)) &&
      values.length > 0 &&
      values.every((value) => value.mayBe((text) => isLimit(key, text))),
  );
}
