import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { z } from "zod";
import { writeCaptures } from "./captures/write";
import { parseCount, print, table } from "./table";

const PYTHON = process.env["PYTHON"] ?? "python3";
/** Records that were captured in a second. */
const RATE = 10;

/** What a reader prints. */
const outcome = z.object({
  /** Records, bytes of pictures, sum of confidence, records by class: the same of every reader. */
  sums: z.tuple([z.number(), z.number(), z.number(), z.array(z.number())]),
  /** Seconds. */
  clock: z.number(),
  processor: z.number(),
  /** Most bytes of memory, the interpreter's own included. */
  memory: z.number(),
});
type Outcome = z.infer<typeof outcome>;

const READERS: Readonly<Record<string, (folder: string) => string>> = {
  "`readCaptures`": (folder) =>
    output(process.execPath, ["--import", "tsx", program("reader.ts"), folder]),
  "plain Python": (folder) => output(PYTHON, [program("plain_reader.py"), folder]),
};

/**
 * Reads captured records as the local cloud's endpoint writes them, by the project's reader and by a
 * plain one in Python, each in a process and on a thread of its own, one after the other.
 */
export function benchCaptures(args: readonly string[]): Promise<void> {
  const options = new Command("bench captures")
    .description("Reads captured records by this project's reader, and by a plain one in Python.")
    .option("--records <count>", "records", parseCount, 1_000_000)
    .option("--rounds <count>", "rounds, of which the fastest counts", parseCount, 1)
    .option("--folder <folder>", "place for the files; a million records have 3 GB", tmpdir())
    .parse([...args], { from: "user" })
    .opts<{ records: number; rounds: number; folder: string }>();
  const folder = mkdtempSync(join(options.folder, "captures-bench-"));
  try {
    const bytes = writeCaptures(folder, options.records, RATE);
    const best = new Map<string, Outcome>();
    for (let round = 0; round < options.rounds; round += 1) {
      for (const [name, read] of Object.entries(READERS)) {
        const ended = outcome.parse(JSON.parse(read(folder)));
        const earlier = best.get(name);
        best.set(name, earlier !== undefined && earlier.clock <= ended.clock ? earlier : ended);
      }
    }
    report(options.records, bytes, best);
  } finally {
    rmSync(folder, { recursive: true });
  }
  return Promise.resolve();
}

function report(records: number, bytes: number, outcomes: ReadonlyMap<string, Outcome>): void {
  const [ours, plain] = [...outcomes.values()];
  if (ours === undefined || plain === undefined) {
    throw new Error("A reader has not read");
  }
  if (JSON.stringify(ours.sums) !== JSON.stringify(plain.sums) || ours.sums[0] !== records) {
    throw new Error(`The readers differ: ${JSON.stringify([ours.sums, plain.sums])}`);
  }
  const rows = [...outcomes].map(([name, { clock, processor, memory }]) => [
    name,
    clock.toFixed(1),
    String(Math.round(records / clock)),
    processor.toFixed(1),
    `${Math.round(memory / 1e6)} MB`,
  ]);
  print(`${records} records, ${(bytes / 1e9).toFixed(1)} GB; both find the same sums\n`);
  print(table(["reader", "seconds", "records/s", "CPU seconds", "most memory"], rows));
  print(
    `\n${(plain.clock / ours.clock).toFixed(1)} times as fast, ` +
      `${(plain.processor / ours.processor).toFixed(1)} times by CPU time`,
  );
}

function program(name: string): string {
  return join(__dirname, "captures", name);
}

function output(command: string, args: readonly string[]): string {
  return execFileSync(command, args, { encoding: "utf8" });
}
