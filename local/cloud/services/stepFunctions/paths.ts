/** Reference paths, payload templates and intrinsic functions of Amazon States Language. */
import { createHash, randomUUID } from "node:crypto";
import { StateError } from "./errors";

/** What paths look into: `$` is the state's data, `$$` the execution's context. */
export interface Scope {
  readonly data: unknown;
  readonly context: unknown;
}

type Json = Record<string, unknown>;

/** A path that ends in a filter: the objects of an array whose field is a certain text. */
const FILTER = /^(\$.*)\[\?\(@\.(\w+) == '([^']*)'\)\]$/;

/**
 * The value at a reference path such as `$.a.b[0]` or `$$.Execution.Name`, or what a filter such as
 * `$.a[?(@.b == 'c')]` leaves of an array there.
 * @throws StateError `States.Runtime` when there is nothing
 */
export function readPath(path: string, scope: Scope): unknown {
  const [, list, field, wanted] = FILTER.exec(path) ?? [];
  if (list !== undefined && field !== undefined) {
    const items = readPath(list, scope);
    return Array.isArray(items)
      ? items.filter((item) => isObject(item) && item[field] === wanted)
      : [];
  }
  const fromContext = path.startsWith("$$");
  let value = fromContext ? scope.context : scope.data;
  for (const step of pathSteps(fromContext ? path.slice(1) : path)) {
    value = isObject(value) && Object.hasOwn(value, step) ? value[step] : undefined;
    if (value === undefined) {
      throw new StateError("States.Runtime", `The path ${path} leads nowhere`);
    }
  }
  return value;
}

/** A copy of `data` with `value` at `path`; objects on the way are made. `null` drops the value. */
export function writePath(path: string | null, data: unknown, value: unknown): unknown {
  if (path === null) {
    return data;
  }
  const [first, ...rest] = pathSteps(path);
  if (first === undefined) {
    return value;
  }
  const base: Json = isObject(data) ? data : {};
  const below = ["$", ...rest.map((step) => `['${step}']`)].join("");
  return { ...base, [first]: writePath(below, base[first], value) };
}

/** Fills in a payload template: fields ending in `.$` are paths or intrinsic functions. */
export function fillTemplate(template: unknown, scope: Scope): unknown {
  if (Array.isArray(template)) {
    return template.map((item) => fillTemplate(item, scope));
  }
  if (!isObject(template)) {
    return template;
  }
  return Object.fromEntries(
    Object.entries(template).map(([key, value]) =>
      key.endsWith(".$")
        ? [key.slice(0, -2), evaluate(String(value), scope)]
        : [key, fillTemplate(value, scope)],
    ),
  );
}

function evaluate(expression: string, scope: Scope): unknown {
  return expression.startsWith("$")
    ? readPath(expression, scope)
    : new IntrinsicReader(expression, scope).read();
}

function pathSteps(path: string): string[] {
  const steps = /^\$((?:\.[A-Za-z_][\w-]*|\[\d+\]|\['[^']+'\])*)$/.exec(path)?.[1];
  if (steps === undefined) {
    throw new StateError("States.Runtime", `${path} is not a reference path`);
  }
  return [...steps.matchAll(/[^.[\]']+/g)].map(([step]) => step);
}

function isObject(value: unknown): value is Json {
  return value !== null && typeof value === "object";
}

/** The intrinsic functions that are supported; any other is refused by name. */
const INTRINSICS: Readonly<Record<string, (...values: unknown[]) => unknown>> = {
  "States.Format": (template, ...values) => {
    const rest = [...values];
    return String(template).replaceAll("{}", () => textOf(rest.shift()));
  },
  "States.JsonToString": (value) => JSON.stringify(value),
  "States.StringToJson": (text) => JSON.parse(String(text)) as unknown,
  "States.Array": (...values) => values,
  "States.UUID": () => randomUUID(),
  "States.Hash": (data, algorithm) => {
    const name = String(algorithm);
    if (!["MD5", "SHA-1", "SHA-256", "SHA-384", "SHA-512"].includes(name)) {
      throw new StateError("States.Runtime", `States.Hash knows no algorithm ${name}`);
    }
    return createHash(name.replace("-", "")).update(textOf(data)).digest("hex");
  },
};

/** A text as it is, anything else as JSON. */
function textOf(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** Reads `States.Name(argument, ...)`: arguments are text, numbers, paths or further calls. */
class IntrinsicReader {
  private at = 0;

  constructor(
    private readonly text: string,
    private readonly scope: Scope,
  ) {}

  read(): unknown {
    const value = this.call();
    if (this.at !== this.text.length) {
      this.fail();
    }
    return value;
  }

  private call(): unknown {
    const name = this.take(/States\.\w+(?=\()/y);
    const intrinsic = INTRINSICS[name];
    if (intrinsic === undefined) {
      throw new StateError("States.Runtime", `The local interpreter has no ${name}`);
    }
    this.take(/\(\s*/y);
    const values: unknown[] = [];
    while (this.text[this.at] !== ")") {
      if (values.length > 0) {
        this.take(/,\s*/y);
      }
      values.push(this.argument());
      this.take(/\s*/y);
    }
    this.take(/\)/y);
    return intrinsic(...values);
  }

  private argument(): unknown {
    switch (this.text[this.at]) {
      case "'":
        return this.take(/'(?:[^'\\]|\\.)*'/y)
          .slice(1, -1)
          .replace(/\\(.)/g, "$1");
      case "$":
        return readPath(this.take(/\$[^,)\s]*/y), this.scope);
      case "S":
        return this.call();
      case undefined:
        return this.fail();
      default:
        return JSON.parse(this.take(/-?\d+(?:\.\d+)?|true|false|null/y)) as unknown;
    }
  }

  private take(pattern: RegExp): string {
    pattern.lastIndex = this.at;
    const match = pattern.exec(this.text);
    if (match === null) {
      return this.fail();
    }
    this.at = pattern.lastIndex;
    return match[0];
  }

  private fail(): never {
    throw new StateError("States.Runtime", `Cannot read ${this.text} at position ${this.at}`);
  }
}
