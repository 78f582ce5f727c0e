/** What the rules of a Choice state ask of its input. */
import type { ChoiceRule, Comparison } from "./definition";
import { lookUp, readPath, type Scope } from "./paths";

export function matches(rule: ChoiceRule, input: Scope): boolean {
  return "And" in rule ? rule.And.every((each) => holds(each, input)) : holds(rule, input);
}

function holds(rule: Comparison, input: Scope): boolean {
  if (rule.IsPresent !== undefined) {
    return rule.IsPresent === (lookUp(rule.Variable, input) !== undefined);
  }
  const value = readPath(rule.Variable, input);
  if (rule.IsString !== undefined) return rule.IsString === (typeof value === "string");
  if (rule.StringEquals !== undefined) return value === rule.StringEquals;
  if (rule.StringEqualsPath !== undefined) return value === readPath(rule.StringEqualsPath, input);
  if (rule.StringMatches !== undefined) return isLike(value, rule.StringMatches);
  if (rule.BooleanEquals !== undefined) return value === rule.BooleanEquals;
  if (typeof value !== "number") return false;
  if (rule.NumericEqualsPath !== undefined)
    return value === readPath(rule.NumericEqualsPath, input);
  if (rule.NumericLessThan !== undefined) return value < rule.NumericLessThan;
  return rule.NumericGreaterThanEquals !== undefined && value >= rule.NumericGreaterThanEquals;
}

/** Whether a text is like a pattern in which `*` is any text, and `\\*` the character itself. */
function isLike(value: unknown, pattern: string): boolean {
  return typeof value === "string" && likePattern(pattern).test(value);
}

/** Patterns that were compiled before: there are no more than definitions have. */
const likePatterns = new Map<string, RegExp>();

function likePattern(pattern: string): RegExp {
  const known = likePatterns.get(pattern);
  if (known !== undefined) {
    return known;
  }
  const parts = pattern.match(/\\[\s\S]|\*|[^\\*]+/g) ?? [];
  const source = parts.map((part) =>
    part === "*" ? "[^]*" : part.replace(/^\\/, "").replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&"),
  );
  const compiled = new RegExp(`^${source.join("")}$`);
  likePatterns.set(pattern, compiled);
  return compiled;
}
