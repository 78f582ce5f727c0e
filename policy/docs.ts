/** Writes the list of policies into `docs/policies.md`: `npm run docs`. */
import { readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { policies } from "./policies";

const DOCUMENT = path.join(__dirname, "../docs/policies.md");
const BEGIN = "<!-- policies: written by policy/docs.ts -->\n";
const END = "<!-- end of policies -->\n";

/** The document with the pack's list in place of the one that is there. */
export function withPolicies(document: string): string {
  const begin = document.indexOf(BEGIN);
  const end = document.indexOf(END);
  if (begin < 0 || end < begin) {
    throw new Error(`${DOCUMENT} needs a line ${BEGIN.trim()} and, below it, ${END.trim()}`);
  }
  return `${document.slice(0, begin)}${BEGIN}\n${services()}\n${document.slice(end)}`;
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

if (require.main === module) {
  writeFileSync(DOCUMENT, withPolicies(readFileSync(DOCUMENT, "utf8")));
}
