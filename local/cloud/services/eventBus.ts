/** EventBridge's default bus: rules and targets made by the graph. */
import { AwsError } from "../protocol";
import type { Publish } from "./cloudWatch/metrics";

export interface BusEvent {
  readonly source: string;
  readonly "detail-type": string;
  readonly detail: Readonly<Record<string, unknown>>;
}

export interface Target {
  readonly rule: string;
  /** Of its own among the rule's targets. */
  readonly id: string;
  /** Delivers the (transformed) event. */
  readonly deliver: (input: unknown) => void;
  readonly transformer?: InputTransformer;
}

export interface InputTransformer {
  /** Variable name to path in the event. */
  readonly inputPaths: Readonly<Record<string, string>>;
  /** JSON text in which `<variable>` stands for a value. */
  readonly inputTemplate: string;
}

export class EventBus {
  private readonly rules = new Map<string, unknown>();
  private targets: readonly Target[] = [];

  /**
   * @param onFailure told of targets that could not be reached: whoever put the event is not
   * @param publish takes the metrics of rules
   */
  constructor(
    private readonly onFailure: (failure: Error) => void,
    private readonly publish: Publish = () => undefined,
  ) {}

  /**
   * Makes a rule, or gives one another pattern.
   * @param pattern the rule's event pattern, as JSON text
   */
  putRule(name: string, pattern: string): void {
    this.rules.set(name, JSON.parse(pattern));
  }

  /**
   * Adds a target to its rule, or replaces the one that has its id there.
   * @throws AwsError `ResourceNotFoundException` when there is no such rule
   */
  putTarget(target: Target): void {
    if (!this.rules.has(target.rule)) {
      throw new AwsError("ResourceNotFoundException", 400, `There is no rule ${target.rule}`);
    }
    this.targets = [...this.without(target.rule, target.id), target];
  }

  /** Removes a target; one that is not there is as good as removed. */
  removeTarget(rule: string, id: string): void {
    this.targets = this.without(rule, id);
  }

  /**
   * Removes a rule; one that is not there is as good as removed.
   * @throws AwsError `ValidationException` while it has targets ("DeleteRule", EventBridge API
   *   Reference)
   */
  deleteRule(name: string): void {
    const ids = this.targets.flatMap(({ rule, id }) => (rule === name ? [id] : []));
    if (ids.length > 0) {
      throw new AwsError(
        "ValidationException",
        400,
        `Rule can't be deleted since it has targets: ${name} has ${ids.join(", ")}`,
      );
    }
    this.rules.delete(name);
  }

  /** Names of all rules. */
  get ruleNames(): readonly string[] {
    return [...this.rules.keys()];
  }

  /** Delivers the event to the targets of every rule that it matches. */
  put(event: BusEvent): void {
    for (const target of this.targets) {
      try {
        if (matchesPattern(this.rules.get(target.rule), event)) {
          target.deliver(
            target.transformer === undefined ? event : transform(target.transformer, event),
          );
          this.measure(target, "Invocations");
        }
      } catch (error) {
        this.measure(target, "FailedInvocations");
        this.onFailure(error instanceof Error ? error : new Error(String(error)));
      }
    }
  }

  /** "Monitoring Amazon EventBridge", EventBridge User Guide; metrics that are 0 are not sent. */
  private measure({ rule }: Target, name: "Invocations" | "FailedInvocations"): void {
    this.publish({ namespace: "AWS/Events", dimensions: { RuleName: rule }, name, value: 1 });
  }

  private without(rule: string, id: string): readonly Target[] {
    return this.targets.filter((target) => target.rule !== rule || target.id !== id);
  }
}

/**
 * Whether an event has what the pattern asks for: nested objects go down, lists name the values
 * allowed, `$or` lists alternatives ("Creating Amazon EventBridge event patterns"). Of the
 * comparisons exact, `prefix`, `suffix`, `numeric` and `anything-but` one of the first three are
 * here; any other throws.
 */
export function matchesPattern(pattern: unknown, value: unknown): boolean {
  if (Array.isArray(pattern)) {
    return pattern.some((allowed: unknown) => matchesValue(allowed, value));
  }
  const fields = Object.entries(pattern as Record<string, unknown>);
  return (
    value !== null &&
    typeof value === "object" &&
    fields.every(([key, nested]) =>
      key === "$or"
        ? (nested as readonly unknown[]).some((alternative) => matchesPattern(alternative, value))
        : matchesPattern(nested, (value as Record<string, unknown>)[key]),
    )
  );
}

function matchesValue(allowed: unknown, value: unknown): boolean {
  if (allowed === null || typeof allowed !== "object") {
    return allowed === value;
  }
  const [[comparison = "nothing", operand] = []] = Object.entries(allowed);
  switch (comparison) {
    case "prefix":
      return typeof value === "string" && value.startsWith(String(operand));
    case "suffix":
      return typeof value === "string" && value.endsWith(String(operand));
    case "numeric":
      return typeof value === "number" && isInRange(value, operand as readonly unknown[]);
    case "anything-but": {
      const excluded = Array.isArray(operand) ? (operand as unknown[]) : [operand];
      return value !== undefined && !excluded.some((each) => matchesValue(each, value));
    }
    default:
      throw new AwsError(
        "InvalidEventPatternException",
        400,
        `The local event bus does not compare by ${comparison}`,
      );
  }
}

/** Whether a number satisfies pairs of operator and operand: `[">", 0, "<=", 5]`. */
function isInRange(value: number, pairs: readonly unknown[]): boolean {
  const [operator, operand, ...rest] = pairs;
  const compare = NUMERIC[String(operator)];
  if (compare === undefined || typeof operand !== "number") {
    throw new AwsError(
      "InvalidEventPatternException",
      400,
      `The local event bus does not compare numbers by ${JSON.stringify(pairs)}`,
    );
  }
  return compare(value, operand) && (rest.length === 0 || isInRange(value, rest));
}

const NUMERIC: Readonly<Record<string, (value: number, operand: number) => boolean>> = {
  "=": (value, operand) => value === operand,
  "<": (value, operand) => value < operand,
  "<=": (value, operand) => value <= operand,
  ">": (value, operand) => value > operand,
  ">=": (value, operand) => value >= operand,
};

/**
 * Fills the template. Text brings its own quotes, but what is in it is not escaped ("Amazon
 * EventBridge input transformation"): a quote in a value ends it.
 * @throws SyntaxError when what comes of it is no JSON
 */
export function transform(transformer: InputTransformer, event: BusEvent): unknown {
  const values = new Map(
    Object.entries(transformer.inputPaths).map(([name, path]) => [name, valueAt(path, event)]),
  );
  const text = transformer.inputTemplate.replace(/<([\w.-]+)>/g, (_whole, name: string) =>
    unescaped(values.get(name)),
  );
  return JSON.parse(text) as unknown;
}

function unescaped(value: unknown): string {
  return typeof value === "string" ? `"${value}"` : JSON.stringify(value ?? "");
}

function valueAt(path: string, event: BusEvent): unknown {
  return path
    .split(".")
    .slice(1)
    .reduce<unknown>((value, step) => (value as Record<string, unknown>)[step], event);
}
