/**
 * Prints what a Pulumi command printed as Markdown for a comment or a summary:
 * `node report.mjs TITLE LOG`. Of a long one the end is kept: there are the summary, the policies
 * that were broken and the error.
 */
import console from "node:console";
import { readFileSync } from "node:fs";
import { argv, exit } from "node:process";

/** GitHub takes 65,536 characters in a comment; the rest is for the frame. */
const MOST = 60_000;

const [title, log] = argv.slice(2);
if (title === undefined || log === undefined) {
  console.error("Usage: node report.mjs TITLE LOG");
  exit(2);
}
// Whole code points, so that none is cut in two.
const text = [...readFileSync(log, "utf8").trim()];
const kept = text.slice(-MOST).join("");
// A fence longer than any run of backticks in the text cannot be closed by it.
const runs = kept.match(/`+/g) ?? [];
const fence = "`".repeat(Math.max(3, ...runs.map(({ length }) => length + 1)));
const note =
  text.length > MOST
    ? `The first ${text.length - MOST} characters are in the job's log only.\n\n`
    : "";

console.log(`#### \`${title}\`

<details open><summary>Output</summary>

${note}${fence}text
${kept}
${fence}

</details>`);
