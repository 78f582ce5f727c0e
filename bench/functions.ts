import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { bundleFunction, type FunctionName } from "../infra/functionBundle";

const NAMES: readonly FunctionName[] = ["serialize-image", "classify-image", "filter-inference"];

/** Prints the milliseconds that importing a bundle takes, Node.js's own start excluded. */
const IMPORTER = `
  const begin = performance.now();
  await import(process.argv[1]);
  console.log(performance.now() - begin);
`;

/**
 * Prints the size of each function's bundle, and how long it takes to load in a fresh process on
 * this machine: what a cold start in Lambda adds to starting Node.js.
 *
 * Options: `--rounds N` (20), of which the median counts.
 */
export function benchFunctions(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: { rounds: { type: "string", default: "20" } },
  });
  const rounds = Number(values.rounds);
  if (!Number.isInteger(rounds) || rounds < 1) {
    throw new Error(`--rounds is ${values.rounds}; it must be a whole number from 1 on`);
  }
  const folder = mkdtempSync(join(tmpdir(), "functions-bench-"));
  try {
    print("| function | bytes | init (ms) |");
    print("|---|---|---|");
    for (const name of NAMES) {
      const { text } = bundleFunction(name);
      const file = join(folder, `${name}.mjs`);
      writeFileSync(file, text);
      const times = Array.from({ length: rounds }, () => millisecondsToLoad(file));
      print(`| ${name} | ${Buffer.byteLength(text)} | ${median(times).toFixed(1)} |`);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  return Promise.resolve();
}

function millisecondsToLoad(file: string): number {
  const options = ["--input-type=module", "-e", IMPORTER, file];
  return Number(execFileSync(process.execPath, options, { encoding: "utf8" }));
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  const middle = sorted.length / 2;
  const around = sorted.slice(Math.ceil(middle) - 1, Math.floor(middle) + 1);
  return around.reduce((total, value) => total + value, 0) / around.length;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
