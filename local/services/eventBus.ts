/** EventBridge's default bus: rules and targets made by the graph. */
import { AwsError } from "../service";

export interface BusEvent {
  readonly source: string;
  readonly "detail-type": string;
  readonly detail: Readonly<Record<string, unknown>>;
}

export interface Target {
  readonly rule: string;
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
  private readonly targets: Target[] = [];

  /** @param onFailure told of targets that could not be reached: whoever put the event is not */
  constructor(private readonly onFailure: (failure: Error) => void) {}

  /** @param pattern the rule's event pattern, as JSON text */
  putRule(name: string, pattern: string): void {
    this.rules.set(name, JSON.parse(pattern));
  }

  putTarget(target: Target): void {
    if (!this.rules.has(target.rule)) {
      throw new AwsError("ResourceNotFoundException", 400, `There is no rule ${target.rule}`);
    }
    this.targets.push(target);
  }

  /** Delivers the event to the targets of every rule that it matches. */
  put(event: BusEvent): void {
    for (const target of this.targets) {
      try {
        if (matchesPattern(this.rules.get(target.rule), event)) {
          target.deliver(
            target.transformer === undefined ? event : transform(target.transformer, event),
          );
        }
      } catch (error) {
        this.onFailure(error instanceof Error ? error : new Error(String(error)));
      }
    }
  }
}

/**
 * Whether an event has what the pattern asks for: nested objects go down, lists name the values
 * allowed ("Creating Amazon EventBridge event patterns"). Of the comparisons only exact, `prefix`
 * and `suffix` are here; any other throws.
 */
export function matchesPattern(pattern: unknown, value: unknown): boolean {
  if (Array.isArray(pattern)) {
    return pattern.some((allowed: unknown) => matchesValue(allowed, value));
  }
  const fields = Object.entries(pattern as Record<string, unknown>);
  return (
    value !== null &&
    typeof value === "object" &&
    fields.every(([key, nested]) => matchesPattern(nested, (value as Record<string, unknown>)[key]))
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
    default:
      throw new AwsError(
        "InvalidEventPatternException",
        400,
        `The local event bus does not compare by ${comparison}`,
      );
  }
}

/** Fills the template: values enter as JSON, so text brings its own quotes. */
export function transform(transformer: InputTransformer, event: BusEvent): unknown {
  const values = new Map(
    Object.entries(transformer.inputPaths).map(([name, path]) => [name, valueAt(path, event)]),
  );
  const text = transformer.inputTemplate.replace(/<([\w.-]+)>/g, (_whole, name: string) =>
    JSON.stringify(values.get(name) ?? ""),
  );
  return JSON.parse(text) as unknown;
}

function valueAt(path: string, event: BusEvent): unknown {
  return path
    .split(".")
    .slice(1)
    .reduce<unknown>((value, step) => (value as Record<string, unknown>)[step], event);
}
