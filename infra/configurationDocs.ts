/** Writes `docs/configuration.md` from the schema: `npm run docs`. */
import { writeFileSync } from "node:fs";
import * as path from "node:path";
import { z } from "zod";
import { configSchema } from "./config";

const INTRODUCTION = `# Configuration

<!-- Written by infra/configurationDocs.ts from the schema in infra/config.ts. -->

Everything that a stack can be told, by key. The values are in \`Pulumi.<stack>.yaml\`; set one with

\`\`\`sh
pulumi config set --path endpoint.instanceCount 2
pulumi config set --path training.accuracyFloor 0.85 --type float
pulumi config set --path 'dataset.classes[0]' rocket
pulumi config set --path training.imageTag 1 --type string
\`\`\`

\`--path\` goes into groups and lists; quote the brackets of a list. Pulumi guesses the type: whole
numbers, \`true\` and \`false\` are stored as such, everything else as text, which is refused where a
number is expected. So a decimal needs \`--type float\`, and a text that looks like a number needs
\`--type string\`.

There is no setting that is a secret. What is set with \`--secret\` is encrypted in the stack's file,
but the program passes settings on as they are, so such a value ends in the state as plain text.

A wrong value, a missing one or a key that is not here stops the program before any resource is
made; the message names the key, the value and what is allowed.
`;

/** The part of JSON Schema that the configuration is written in. */
interface Schema {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly enum?: readonly unknown[];
  readonly format?: string;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly items?: Schema;
  readonly minItems?: number;
  readonly maxItems?: number;
}

/** The whole document. */
export function configurationDocument(): string {
  const root: Schema = z.toJSONSchema(configSchema, { io: "input" }) as Schema;
  const entries = Object.entries(root.properties ?? {});
  const sections = entries.filter(([, { properties }]) => properties !== undefined);
  const single = entries.filter(([, { properties }]) => properties === undefined);
  const stack = { properties: Object.fromEntries(single), required: root.required ?? [] };
  return [
    INTRODUCTION,
    ...sections.map(([name, schema]) => section(name, schema, settings(schema, `${name}.`))),
    section("the stack as a whole", {}, settings(stack, "")),
  ].join("\n");
}

function section(title: string, { description }: Schema, lines: readonly string[]): string {
  const note = description === undefined ? "" : `${description}.\n\n`;
  return `## ${title}\n\n${note}${lines.join("\n")}\n`;
}

function settings({ properties = {}, required = [] }: Schema, prefix: string): readonly string[] {
  return Object.entries(properties).flatMap(([name, schema]) => {
    const key = `${prefix}${name}`;
    const line = `- \`${key}\` (${facts(schema, required.includes(name))}). ${schema.description}.`;
    return [line, ...settings(schema, `${key}.`)];
  });
}

function facts(schema: Schema, required: boolean): string {
  const { default: usual } = schema;
  const presence = required ? "required" : "optional";
  return [
    allowed(schema),
    usual === undefined ? presence : `default \`${JSON.stringify(usual)}\``,
  ].join("; ");
}

/** Highest whole number that is exact; a bound that is there for every whole number. */
const NO_MAXIMUM = Number.MAX_SAFE_INTEGER;

function allowed(schema: Schema): string {
  const { type, format, pattern, minimum, maximum, exclusiveMinimum } = schema;
  if (schema.enum !== undefined) {
    return schema.enum.map((value) => `\`${JSON.stringify(value)}\``).join(", ");
  }
  if (type === "integer" || type === "number") {
    const least = exclusiveMinimum === undefined ? `from ${minimum}` : `above ${exclusiveMinimum}`;
    const most = maximum === undefined || maximum === NO_MAXIMUM ? "" : ` to ${maximum}`;
    return `${type === "integer" ? "whole number" : "number"} ${least}${most}`;
  }
  if (type === "array") {
    const items = schema.items?.type === "integer" ? "whole numbers" : "texts";
    return `list of ${schema.minItems ?? 0} to ${schema.maxItems} ${items}`;
  }
  if (type === "boolean") {
    return "`true` or `false`";
  }
  if (type === "object") {
    return "group";
  }
  return format === "email" ? "e-mail address" : textOf(pattern);
}

function textOf(pattern: string | undefined): string {
  return pattern === undefined ? "text" : `text like \`${pattern}\``;
}

if (require.main === module) {
  writeFileSync(path.resolve(__dirname, "../docs/configuration.md"), configurationDocument());
}
