/** Writes the lists of policies and of standards into `docs/policies.md`: `npm run docs`. */
import { readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { policies } from "./policies";
import { standards, type Control } from "./support/standards";

const DOCUMENT = path.join(__dirname, "../docs/policies.md");

/** The document with the pack's lists in place of those that are there. */
export function withPolicies(document: string): string {
  return withList(withList(document, "policies", services()), "standards", tables());
}

function withList(document: string, name: string, list: string): string {
  const first = `<!-- ${name}: written by policy/docs.ts -->\n`;
  const last = `<!-- end of ${name} -->\n`;
  const begin = document.indexOf(first);
  const end = document.indexOf(last);
  if (begin < 0 || end < begin) {
    throw new Error(`${DOCUMENT} needs a line ${first.trim()} and, below it, ${last.trim()}`);
  }
  return `${document.slice(0, begin)}${first}\n${list}\n${document.slice(end)}`;
}

function services(): string {
  const names = [...new Set(policies.map(({ name }) => name.split("-")[0] ?? name))];
  return names.map((service) => `### ${service}\n\n${policiesOf(service)}`).join("\n");
}

function policiesOf(service: string): string {
  return policies
    .filter(({ name }) => name.startsWith(`${service}-`))
    .map((policy) => {
      const settings = Object.entries(policy.configSchema?.properties ?? {})
        // All of them have it.
        .filter(([name]) => name !== "exceptions")
        .map(
          ([name, { description, default: value }]) =>
            `  Setting \`${name}\`: ${description}; default \`${JSON.stringify(value)}\`.\n`,
        );
      return (
        `- **[\`${policy.name}\`](${policy.url})** (${policy.severity}). ${policy.description}\n` +
        `  ${policy.remediationSteps}\n${settings.join("")}`
      );
    })
    .join("");
}

function tables(): string {
  return standards
    .map(
      ({ name, url, edition, controls }) =>
        `### ${name}\n\n[${edition}](${url})\n\n${table([HEAD, ...controls.map(rowOf)])}`,
    )
    .join("\n");
}

const HEAD = ["Control", "Title", "Covered", "By"];

function rowOf({ id, title, covered, by, note = "" }: Control): string[] {
  return [id, title, covered, [...by.map((name) => `\`${name}\`.`), note].join(" ").trim()];
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
  writeFileSync(DOCUMENT, withPolicies(readFileSync(DOCUMENT, "utf8")));
}
