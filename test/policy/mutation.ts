/**
 * Mutation testing of the policy pack: `npm run policy:mutation -- policy/s3 policy/support/glob.ts`.
 * Changes the code in small ways, runs the tests that cover each change, and prints which changes
 * no test noticed. Without folders or files it takes the whole pack, for hours; with `--sample 200` so
 * many changes drawn from all of it, by `--seed 1` unless another is given.
 *
 * Stryker is installed into `out/`, not with the project: few need it, and its runner works with an
 * earlier mocha than ours.
 */
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { parseArgs } from "node:util";
import { isLike } from "../../policy/support/glob";
import { PROJECT_ROOT } from "../support/project";
import { drawChanges, printScore, rangesOf, type Report } from "./mutationSample";

const CONFIG = "test/policy/stryker.json";
const TOOLS = path.join(PROJECT_ROOT, "out/policy-mutation");
/** 9 is the last that runs on Node.js 20. */
const PACKAGES = [
  "@stryker-mutator/core@9.6.1",
  "@stryker-mutator/mocha-runner@9.6.1",
  "mocha@11.7.5",
];

const npm = process.env["npm_execpath"];
if (npm === undefined) {
  fail("Start this with npm: npm run policy:mutation -- policy/support");
}

const USAGE = `npm run policy:mutation -- policy/s3 policy/support/glob.ts
npm run policy:mutation -- --sample 200 --seed 1`;

const { values, positionals } = readArguments();
if (values.help === true) {
  console.log(USAGE);
  process.exit();
}

function readArguments() {
  const text = { type: "string" } as const;
  const options = {
    help: { type: "boolean" },
    sample: text,
    seed: { ...text, default: "1" },
  } as const;
  try {
    return parseArgs({ options, allowPositionals: true });
  } catch (error) {
    return fail(`${(error as Error).message}\n${USAGE}`);
  }
}

function fail(message: string): never {
  console.error(message);
  process.exit(2);
}

/** Ends this process, too, if the program fails. */
function run(script: string, ...args: string[]): void {
  const { status } = spawnSync(process.execPath, [script, ...args], {
    cwd: PROJECT_ROOT,
    stdio: "inherit",
  });
  if (status !== 0) {
    process.exit(status ?? 1);
  }
}

const stryker = (...args: string[]) => {
  run(path.join(TOOLS, "node_modules/@stryker-mutator/core/bin/stryker.js"), "run", ...args);
};

function testParts(): void {
  const chosen = positionals.map((name) => {
    const found = statSync(path.join(PROJECT_ROOT, name), { throwIfNoEntry: false });
    if (found === undefined || !/^policy\//.test(name)) {
      fail(`There is no ${name} in policy/`);
    }
    return found.isDirectory() ? `${name.replace(/\/$/, "")}/**/*.ts` : name;
  });
  stryker(CONFIG, ...(chosen.length === 0 ? [] : ["--mutate", chosen.join(",")]));
}

async function testSample(size: string, seed: string): Promise<void> {
  if (positionals.length > 0 || !/^[1-9]\d{0,4}$/.test(size) || !/^\d{1,9}$/.test(seed)) {
    fail("A sample is of the whole pack, and takes two whole numbers: --sample 200 --seed 1");
  }
  const config = JSON.parse(readFileSync(path.join(PROJECT_ROOT, CONFIG), "utf8")) as {
    readonly mutate: readonly string[];
    readonly thresholds: { readonly break: number };
  };
  const left = config.mutate.filter((form) => form.startsWith("!")).map((form) => form.slice(1));
  const files = readdirSync(path.join(PROJECT_ROOT, "policy"), {
    recursive: true,
    encoding: "utf8",
  })
    .map((name) => path.posix.join("policy", ...name.split(path.sep)))
    .filter((file) => file.endsWith(".ts") && !/\/(node_modules|dist)\//.test(file))
    .filter((file) => !left.some((form) => isLike(file, form)));
  const drawn = await drawChanges(files, TOOLS, Number(size), Number(seed));
  const report = path.join(TOOLS, "sample-report.json");
  const own = path.join(TOOLS, "sample.json");
  writeFileSync(
    own,
    JSON.stringify({
      ...config,
      mutate: rangesOf(drawn),
      incremental: false,
      reporters: ["progress-append-only", "json"],
      jsonReporter: { fileName: report },
      thresholds: { ...config.thresholds, break: null },
    }),
  );
  stryker(own);
  const score = printScore(drawn, JSON.parse(readFileSync(report, "utf8")) as Report);
  process.exitCode = 100 * score < config.thresholds.break ? 1 : 0;
}

const quietly = ["--no-save", "--no-audit", "--no-fund", "--loglevel=error"];
run(npm, "install", "--prefix", TOOLS, ...quietly, ...PACKAGES);
if (values.sample === undefined) {
  testParts();
} else {
  testSample(values.sample, values.seed).catch((error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  });
}
