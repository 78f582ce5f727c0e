import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs, promisify } from "node:util";
import { ENVIRONMENT } from "../contract/environment";
import {
  bundleFunction,
  bundleModule,
  PROJECT_ROOT,
  type FunctionName,
} from "../infra/functionBundle";
import { encode, patterned } from "../test/functions/support/images";
import { withServer } from "../test/functions/support/server";
import { plainFunction } from "./functions/plain";

const PICTURE = patterned(32, 32);
const IMAGE = { bucket: "uploads", key: "incoming/1.png", versionId: "v1" };
const SCORES = [0.25, 0.75];

/** What each function gets, and what S3 or the endpoint answers it. */
const CALLS: Readonly<
  Record<FunctionName, { readonly event: object; readonly answer: () => Promise<Buffer | string> }>
> = {
  "serialize-image": { event: IMAGE, answer: () => encode(PICTURE, "image/png") },
  "classify-image": {
    event: { image: IMAGE, imageData: "iVBO" },
    answer: () => Promise.resolve(JSON.stringify(SCORES)),
  },
  "filter-inference": {
    event: { image: IMAGE, inferenceId: "id", scores: SCORES },
    answer: () => Promise.resolve(""),
  },
};

const EMPTY = "export const handler = () => Promise.resolve();";

/**
 * Loads a module and invokes its handler once, in a fresh process; prints the milliseconds on the
 * clock and of the processors, Node.js's own start excluded. Its last line, after the handler's own.
 */
const STARTER = `
  const measure = async (act) => {
    const cpu = process.cpuUsage();
    const begin = performance.now();
    const result = await act();
    const clock = performance.now() - begin;
    const { user, system } = process.cpuUsage(cpu);
    return { result, times: { clock, processors: (user + system) / 1000 } };
  };
  const [file, event] = process.argv.slice(1);
  const load = await measure(() => import(file));
  const context = { functionName: "bench", awsRequestId: "1" };
  const first = await measure(() => load.result.handler(JSON.parse(event), context));
  console.log(JSON.stringify({ load: load.times, first: first.times }));
  process.exit();
`;

interface Times {
  readonly clock: number;
  readonly processors: number;
}

interface Start {
  readonly load: Times;
  readonly first: Times;
}

interface Candidate {
  readonly name: string;
  readonly file: string;
  /** Bytes, unpacked. */
  readonly size: number;
}

/**
 * Prints how large each function is and how long it takes to start on this machine, beside the
 * same function as a plain zip with `node_modules` would have it, beside an empty one, and for the
 * first function beside the one with jimp's decoders.
 *
 * Options: `--rounds N` (20), in each of which everyone starts once; the medians count.
 */
export async function benchFunctions(args: readonly string[]): Promise<void> {
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
    symlinkSync(join(PROJECT_ROOT, "node_modules"), join(folder, "node_modules"));
    print(`Node.js ${process.versions.node}, medians of ${rounds} starts; CPU time in parentheses`);
    print("| function | kB | load (ms) | first invocation (ms) | load / plain | both / plain |");
    print("|---|---|---|---|---|---|");
    for (const name of Object.keys(CALLS) as FunctionName[]) {
      await benchFunction(name, rounds, folder);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function benchFunction(name: FunctionName, rounds: number, folder: string): Promise<void> {
  const plain = plainFunction(name);
  const write = (kind: string, extension: string, text: string, size?: number): Candidate => {
    const file = join(folder, `${name}-${kind.replaceAll(" ", "-")}.${extension}`);
    writeFileSync(file, text);
    return { name: `${name}, ${kind}`, file, size: size ?? Buffer.byteLength(text) };
  };
  const plainCandidate = write("plain node_modules", "cjs", plain.text, plain.size);
  const candidates = [
    write("ours", "mjs", bundleFunction(name).text),
    plainCandidate,
    ...(name === "serialize-image"
      ? [write("with jimp", "mjs", bundleModule("bench/functions/jimp.ts").text)]
      : []),
    write("empty handler", "mjs", EMPTY),
  ];
  const { event, answer } = CALLS[name];
  const starts = await withServer({ status: 200, body: await answer() }, async ({ url }) => {
    const found = new Map(candidates.map((candidate) => [candidate, [] as Start[]]));
    for (let round = 0; round < rounds; round++) {
      for (const [candidate, list] of found) {
        list.push(await start(candidate.file, event, url));
      }
    }
    return found;
  });
  const reference = medianStart(starts.get(plainCandidate) ?? []);
  for (const [{ name: label, size }, list] of starts) {
    const { load, first } = medianStart(list);
    const cells = [
      label,
      Math.round(size / 1000),
      both(load),
      both(first),
      ratio(load, reference.load),
      ratio(sum(load, first), sum(reference.load, reference.first)),
    ];
    print(`| ${cells.join(" | ")} |`);
  }
}

/** @param url of what stands in for AWS */
async function start(file: string, event: object, url: string): Promise<Start> {
  const options = ["--input-type=module", "-e", STARTER, file, JSON.stringify(event)];
  const { stdout } = await promisify(execFile)(process.execPath, options, {
    env: {
      AWS_ENDPOINT_URL: url,
      AWS_REGION: "eu-west-1",
      AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
      AWS_SECRET_ACCESS_KEY: "secret",
      [ENVIRONMENT.imageShape]: "3,28,28",
      [ENVIRONMENT.maxPixels]: "50000000",
      [ENVIRONMENT.endpointName]: "vehicles",
      [ENVIRONMENT.classNames]: JSON.stringify(["bicycle", "motorcycle"]),
      [ENVIRONMENT.confidenceThreshold]: "0.5",
    },
  });
  return JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as Start;
}

function medianStart(starts: readonly Start[]): Start {
  const of = (phase: keyof Start): Times => ({
    clock: median(starts.map((one) => one[phase].clock)),
    processors: median(starts.map((one) => one[phase].processors)),
  });
  return { load: of("load"), first: of("first") };
}

function sum(one: Times, other: Times): Times {
  return {
    clock: one.clock + other.clock,
    processors: one.processors + other.processors,
  };
}

function ratio(one: Times, other: Times): string {
  const clock = (one.clock / other.clock).toFixed(2);
  return `${clock} (${(one.processors / other.processors).toFixed(2)})`;
}

function both({ clock, processors }: Times): string {
  return `${clock.toFixed(0)} (${processors.toFixed(0)})`;
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
