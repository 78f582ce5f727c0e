import { execFileSync } from "node:child_process";
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Command } from "commander";
import { z } from "zod";
import { encodePng } from "../common/pictures/png";
import { captureLine } from "../local/cloud/services/sagemaker/capture";
import { parseCount, print, table } from "./table";

const PYTHON = process.env["PYTHON"] ?? "python3";
const SIDE = 28;
const PICTURES = 200;
const RECORDS_PER_FILE = 1000;

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
    const bytes = writeCaptures(folder, options.records);
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

/** @returns bytes that were written */
function writeCaptures(folder: string, records: number): number {
  const random = pseudoRandom();
  const pictures = Array.from({ length: PICTURES }, () => picture(random));
  const configuration = {
    modes: ["InputAndOutput"],
    jsonContentTypes: ["application/json"],
    csvContentTypes: [],
  };
  const start = Date.UTC(2026, 10, 1);
  let bytes = 0;
  for (let first = 0; first < records; first += RECORDS_PER_FILE) {
    // Ten records a second.
    const time = (index: number) => new Date(start + index * 100);
    const [date = "", hour = ""] = time(first).toISOString().split(/[T:]/);
    const name = join(folder, date.replaceAll("-", "/"), hour, `${first}.jsonl`);
    mkdirSync(dirname(name), { recursive: true });
    const file = openSync(name, "w");
    for (let index = first; index < Math.min(first + RECORDS_PER_FILE, records); index += 1) {
      const exchange = {
        input: { contentType: "image/png", body: pictures[index % PICTURES] ?? Buffer.alloc(0) },
        output: {
          contentType: "application/json",
          body: Buffer.from(JSON.stringify(scores(random))),
        },
        inferenceId: index.toString(16).padStart(64, "0"),
        time: time(index),
      };
      bytes += writeSync(file, captureLine(exchange, configuration));
    }
    closeSync(file);
  }
  return bytes;
}

/** A PNG as the workflow sends it, with as much in it as a photo has. */
function picture(random: () => number): Buffer {
  const pixels = new Uint8ClampedArray(SIDE * SIDE * 3);
  const [phase, noise] = [random() * 6, 30 + random() * 60];
  for (let at = 0; at < pixels.length; at += 1) {
    const pixel = Math.floor(at / 3);
    const [x, y] = [pixel % SIDE, Math.floor(pixel / SIDE)];
    const shade = 128 + 90 * Math.sin(phase + x / 7 + (at % 3)) * Math.cos(y / 9);
    pixels[at] = shade + (random() - 0.5) * noise;
  }
  return encodePng({ width: SIDE, height: SIDE }, pixels);
}

/** Three probabilities with as many digits as the model gives. */
function scores(random: () => number): number[] {
  const weights = [random() ** 4, random() ** 4, random() ** 4];
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => weight / sum);
}

/** The same numbers of 0 to 1 in each run (Mulberry32). */
function pseudoRandom(): () => number {
  let state = 1;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
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
