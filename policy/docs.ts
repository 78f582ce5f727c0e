/**
 * Writes what follows from the rules: lists of policies and of standards in documents, and the
 * module that other packs import single rules from. `npm run docs`.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { policies } from "./policies";
import { services as standards } from "./standards";
import type { Control, Table } from "./standards/control";

type Policy = (typeof policies)[number];

/** What is written, by its path from here: each in place of what is there. */
export const DOCUMENTS: Readonly<Record<string, (present: string) => string>> = {
  "../docs/policies.md": (present) =>
    withList(withList(present, "policies", services(detailed)), "standards", tables()),
  "README.md": (present) => withList(present, "policies", services(short)),
  "rules.cjs": rulesModule,
  "rules.d.ts": rulesTypes,
};

function withList(document: string, name: string, list: string): string {
  const first = `<!-- ${name}: written by policy/docs.ts -->\n`;
  const last = `<!-- end of ${name} -->\n`;
  const begin = document.indexOf(first);
  const end = document.indexOf(last);
  if (begin < 0 || end < begin) {
    throw new Error(`There has to be a line ${first.trim()} and, below it, ${last.trim()}`);
  }
  return `${document.slice(0, begin)}${first}\n${list}\n${document.slice(end)}`;
}

function services(describe: (policy: Policy) => string): string {
  const names = [...new Set(policies.map(({ name }) => name.split("-")[0] ?? name))];
  return names.map((service) => `### ${service}\n\n${policiesOf(service, describe)}`).join("\n");
}

function policiesOf(service: string, describe: (policy: Policy) => string): string {
  return policies
    .filter(({ name }) => name.startsWith(`${service}-`))
    .map((policy) => describe(policy) + settingsOf(policy))
    .join("");
}

function detailed({ name, url, severity, description, remediationSteps }: Policy): string {
  return `- **[\`${name}\`](${url})** (${severity}). ${description}\n  ${remediationSteps}\n`;
}

function short({ name, url, severity, description }: Policy): string {
  return `- [\`${name}\`](${url}) (${severity}). ${description}\n`;
}

function settingsOf({ configSchema }: Policy): string {
  return (
    Object.entries(configSchema?.properties ?? {})
      // All of them have it.
      .filter(([name]) => name !== "exceptions")
      .map(
        ([name, { description, default: value }]) =>
          `  Setting \`${name}\`: ${description}; default \`${JSON.stringify(value)}\`.\n`,
      )
      .join("")
  );
}

/** `s3-bucket-require-tls` is imported as `s3BucketRequireTls`. */
function exportNameOf({ name }: Policy): string {
  return name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
}

/** Spelt out, for who imports it as an ES module has only the names that can be read in the text. */
function rulesModule(): string {
  const lines = policies.map((it) => `exports.${exportNameOf(it)} = rule("${it.name}");\n`);
  return `/** Each rule of the pack, for packs of others. Written by docs.ts; starts nothing. */
"use strict";

const { policies } = require("./compiled.cjs").load();
const rule = (name) => policies.find((policy) => policy.name === name);

${lines.join("")}`;
}

function rulesTypes(): string {
  const lines = policies.map((policy) => {
    const type = "validateStack" in policy ? "StackRule" : "ResourceRule";
    return `/** ${policy.description} */\nexport declare const ${exportNameOf(policy)}: ${type};\n`;
  });
  return `/** Each rule of the pack, for packs of others. Written by docs.ts. */
import type {
  ResourceValidation,
  ResourceValidationPolicy,
  StackValidationPolicy as StackRule,
} from "@pulumi/policy";

type ResourceRule = ResourceValidationPolicy & { readonly validateResource: ResourceValidation };

${lines.join("")}`;
}

/** A section for each service, with a table for each list of checks. */
function tables(): string {
  return standards
    .map(({ name, tables: lists }) => `### Checks of ${name}\n\n${lists.map(listOf).join("\n")}`)
    .join("\n");
}

function listOf({ list, url, edition, controls }: Table): string {
  return `#### ${list}\n\n[${edition}](${url})\n\n${table([HEAD, ...controls.map(rowOf)])}`;
}

const HEAD = ["Control", "Title", "Covered", "By"];

function rowOf({ id, packs = [], title, covered, by, note = "" }: Control): string[] {
  return [
    packs.length === 0 ? id : `${id} of ${packs.join(", ")}`,
    title,
    covered,
    [...by.map((name) => `\`${name}\`.`), note].join(" ").trim(),
  ];
}

/** With columns of one width, as Prettier has them. */
function table(rows: readonly (readonly string[])[]): string {
  const widths = HEAD.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const [head = "", ...body] = rows.map(
    (row) => `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |\n`,
  );
  const line = `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |\n`;
  return [head, line, ...body].join("");
}

if (require.main === module) {
  for (const [name, write] of Object.entries(DOCUMENTS)) {
    const file = path.join(__dirname, name);
    writeFileSync(file, write(existsSync(file) ? readFileSync(file, "utf8") : ""));
  }
}
