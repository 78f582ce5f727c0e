/** Writes the tables of docs/scaling.md: `npm run docs`. */
import { readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { documentTables } from "./tables";

export const DOCUMENT = path.resolve(__dirname, "../../docs/scaling.md");

/** The document with its tables as the model has them now; what is between them stays. */
export function withTables(document: string): string {
  return Object.entries(documentTables()).reduce((text, [name, lines]) => {
    const first = `<!-- ${name}: written by bench/scaling/docs.ts -->\n`;
    const last = `<!-- end of ${name} -->\n`;
    const begin = text.indexOf(first);
    const end = text.indexOf(last);
    if (begin < 0 || end < begin) {
      throw new Error(`There has to be a line ${first.trim()} and, below it, ${last.trim()}`);
    }
    return `${text.slice(0, begin)}${first}\n${lines}\n\n${text.slice(end)}`;
  }, document);
}

if (require.main === module) {
  writeFileSync(DOCUMENT, withTables(readFileSync(DOCUMENT, "utf8")));
}
