/** What benchmarks print. */
import { InvalidArgumentError } from "commander";

export function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** A table in Markdown, its columns aligned as Prettier aligns them. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((cell, column) =>
    Math.max(3, cell.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]) =>
    `| ${widths.map((width, column) => (cells[column] ?? "").padEnd(width)).join(" | ")} |`;
  return [line(head), line(widths.map((width) => "-".repeat(width))), ...rows.map(line)].join("\n");
}

/** Reads a whole number from 1 off a command line. */
export function parseCount(text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1) {
    throw new InvalidArgumentError(`${text} is no whole number from 1 on.`);
  }
  return count;
}
