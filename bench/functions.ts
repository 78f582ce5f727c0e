import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
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
import { earlierProject, type EarlierProject } from "./functions/earlier";
import { plainFunction, sizeOf } from "./functions/plain";
import { installRival, RIVAL_NAMES, RIVALS, type RivalName } from "./functions/rivals";

const PICTURE = patterned(32, 32);
const IMAGE = { bucket: "uploads", key: "incoming/1.png", versionId: "v1" };
const SCORES = [0.25, 0.75];

/** The functions that an image or a person waits for: for the monitor of drift, nobody does. */
type AwaitedFunction = Exclude<FunctionName, "monitor-drift">;

/** What each function gets, and what S3 or the endpoint answers it. */
const CALLS: Readonly<
  Record<
    AwaitedFunction,
    { readonly event: object; readonly answer: () => Promise<Buffer | string> }
  >
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
  "prepare-review": {
    event: {
      record: "review/1.png/v1.json",
      execution: "arn:aws:states:execution",
      startedAt: "2026-01-01T00:00:00.000Z",
      timeoutHours: 168,
    },
    // The record of the verdict, and what KMS answers, in one.
    answer: () =>
      Promise.resolve(
        JSON.stringify({
          ...{ image: IMAGE, inferenceId: "id", label: "bicycle", confidence: 0.5 },
          ...{ scores: { bicycle: 0.5, motorcycle: 0.5 }, threshold: 0.8, Mac: "iVBO" },
        }),
      ),
  },
  "review-page": {
    event: { rawPath: "/", requestContext: { http: { method: "GET" } } },
    answer: () => Promise.resolve(""),
  },
};

const EMPTY = "exports.handler = () => Promise.resolve();";

/**
 * Loads a module as Lambda does and invokes its handler once, in a fresh process; prints the
 * milliseconds on the clock and of the processors, Node.js's own start excluded. Its last line,
 * after the handler's own.
 */
const STARTER = `
  import { createRequire } from "node:module";
  const require = createRequire(process.argv[1]);
  const measure = async (act) => {
    const cpu = process.cpuUsage();
    const begin = performance.now();
    const result = await act();
    const clock = performance.now() - begin;
    const { user, system } = process.cpuUsage(cpu);
    return { result, times: { clock, processors: (user + system) / 1000 } };
  };
  const [file, event] = process.argv.slice(1);
  const load = await measure(() => (file.endsWith(".mjs") ? import(file) : require(file)));
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

/** What a function's package has, by name. */
type Files = ReadonlyMap<string, Uint8Array>;

interface Candidate {
  readonly name: string;
  readonly file: string;
  /** Bytes, unpacked. */
  readonly size: number;
  readonly event: object;
  /** Folder of packages that it has beside itself. */
  readonly packages?: string;
}

/**
 * Prints how large each function is and how long it takes to start on this machine, beside the
 * same function as a plain zip with `node_modules` would have it, beside an empty one, and for the
 * first function beside the one with jimp's decoders.
 *
 * Options: `--rounds N` (20), in each of which everyone starts once; the medians count.
 * `--before COMMIT`: beside the functions of that commit, too, with the packages of today.
 * `--rivals`: beside the first function with other packages that read pictures, which npm installs
 * for it.
 */
export async function benchFunctions(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rounds: { type: "string", default: "20" },
      before: { type: "string" },
      rivals: { type: "boolean", default: false },
    },
  });
  const rounds = Number(values.rounds);
  if (!Number.isInteger(rounds) || rounds < 1) {
    throw new Error(`--rounds is ${values.rounds}; it must be a whole number from 1 on`);
  }
  const folder = mkdtempSync(join(tmpdir(), "functions-bench-"));
  try {
    symlinkSync(join(PROJECT_ROOT, "node_modules"), join(folder, "node_modules"));
    const { before } = values;
    const earlier = before === undefined ? undefined : earlierProject(before, folder);
    const rivals = values.rivals ? RIVAL_NAMES : [];
    print(`Node.js ${process.versions.node}, medians of ${rounds} starts; CPU time in parentheses`);
    print("| function | kB | load (ms) | first invocation (ms) | load / plain | both / plain |");
    print("|---|---|---|---|---|---|");
    for (const name of Object.keys(CALLS) as AwaitedFunction[]) {
      const others = name === "serialize-image" ? rivals : [];
      const old = earlier && { ...earlier, title: `at ${before}` };
      await benchFunction(name, rounds, folder, others, old);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function benchFunction(
  name: AwaitedFunction,
  rounds: number,
  folder: string,
  rivals: readonly RivalName[],
  earlier?: EarlierProject & { readonly title: string },
): Promise<void> {
  const plain = plainFunction(name);
  const { event, answer } = CALLS[name];
  const write = (kind: string, files: Files, changes: Partial<Candidate> = {}): Candidate => {
    const own = join(folder, `${name} ${kind}`);
    mkdirSync(own);
    for (const [file, content] of files) {
      writeFileSync(join(own, file), content);
    }
    return {
      name: `${name}, ${kind}`,
      file: join(own, files.has("index.mjs") ? "index.mjs" : "index.js"),
      size: [...files.values()].reduce((sum, { length }) => sum + length, 0),
      event,
      ...changes,
    };
  };
  const text = (content: string): Files => new Map([["index.js", Buffer.from(content)]]);
  const old = earlier?.bundle(name);
  const plainCandidate = write("plain node_modules", text(plain.text), { size: plain.size });
  const candidates = [
    write("ours", bundleFunction(name).files),
    plainCandidate,
    ...(name === "serialize-image"
      ? [write("with jimp", bundleModule("bench/functions/jimp.ts").files)]
      : []),
    ...rivals.map((rival) => {
      const packages = installRival(rival, folder);
      const candidate = write(`with ${rival}`, bundleModule(`bench/functions/${rival}.ts`).files);
      return { ...candidate, packages, size: candidate.size + sizeOf(packages) };
    }),
    ...(earlier === undefined || old === undefined
      ? []
      : [write(earlier.title, old, { event: earlier.translate(event) })]),
    write("empty handler", text(EMPTY)),
  ];
  const starts = await withServer({ status: 200, body: await answer() }, async ({ url }) => {
    const found = new Map(candidates.map((candidate) => [candidate, [] as Start[]]));
    for (let round = 0; round < rounds; round++) {
      for (const [candidate, list] of found) {
        list.push(await start(candidate, url));
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
async function start({ file, event, packages = "" }: Candidate, url: string): Promise<Start> {
  const options = ["--input-type=module", "-e", STARTER, file, JSON.stringify(event)];
  const { stdout } = await promisify(execFile)(process.execPath, options, {
    env: {
      [RIVALS]: packages,
      // Lambda's Node.js is newer than those of which the SDK complains.
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
      AWS_ENDPOINT_URL: url,
      AWS_REGION: "eu-west-1",
      AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
      AWS_SECRET_ACCESS_KEY: "secret",
      [ENVIRONMENT.imageShape]: "3,28,28",
      [ENVIRONMENT.maxPixels]: "50000000",
      [ENVIRONMENT.endpointName]: "vehicles",
      [ENVIRONMENT.classNames]: JSON.stringify(["bicycle", "motorcycle"]),
      [ENVIRONMENT.confidenceThreshold]: "0.5",
      [ENVIRONMENT.bucketName]: IMAGE.bucket,
      [ENVIRONMENT.reviewKey]: "arn:aws:kms:eu-west-1:123456789012:key/mac",
      [ENVIRONMENT.reviewPage]: "https://page.example/",
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
