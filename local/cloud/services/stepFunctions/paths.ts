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
  const value = lookUp(path, scope);
  if (value === undefined) {
    throw new StateError("States.Runtime", `The path ${path} leads nowhere`);
  }
  return value;
}

/** The same, and nothing where there is nothing. */
export function lookUp(path: string, scope: Scope): unknown {
  const { filter, fromContext, steps } = parsePath(path);
  let value = fromContext ? scope.context : scope.data;
  for (const step of steps) {
    value = isObject(value) && Object.hasOwn(value, step) ? value[step] : undefined;
  }
  if (filter === undefined || value === undefined) {
    return value;
  }
  const { field, wanted } = filter;
  return Array.isArray(value)
    ? value.filter((item) => isObject(item) && item[field] === wanted)
    : [];
}

/** A copy of `data` with `value` at `path`; objects on the way are made. `null` drops the value. */
export function writePath(path: string | null, data: unknown, value: unknown): unknown {
  return path === null ? data : writeSteps(parsePath(path).steps, data, value);
}

function writeSteps([first, ...rest]: readonly string[], data: unknown, value: unknown): unknown {
  if (first === undefined) {
    return value;
  }
  const base: Json = isObject(data) ? data : {};
  return { ...base, [first]: writeSteps(rest, base[first], value) };
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

interface ParsedPath {
  readonly fromContext: boolean;
  readonly steps: readonly string[];
  readonly filter: { readonly field: string; readonly wanted: string } | undefined;
}

/** Paths that were read before: there are no more than definitions have. */
const parsedPaths = new Map<string, ParsedPath>();

function parsePath(path: string): ParsedPath {
  const known = parsedPaths.get(path);
  if (known !== undefined) {
    return known;
  }
  const [, list, field, wanted] = FILTER.exec(path) ?? [];
  const found = list ?? path;
  const fromContext = found.startsWith("$$");
  const reference = fromContext ? found.slice(1) : found;
  const text = /^\$((?:\.[A-Za-z_][\w-]*|\[\d+\]|\['[^']+'\])*)$/.exec(reference)?.[1];
  if (text === undefined) {
    throw new StateError("States.Runtime", `${path} is not a reference path`);
  }
  const parsed = {
    fromContext,
    steps: [...text.matchAll(/[^.[\]']+/g)].map(([step]) => step),
    filter: field === undefined || wanted === undefined ? undefined : { field, wanted },
  };
  parsedPaths.set(path, parsed);
  return parsed;
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
