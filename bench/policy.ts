import { performance } from "node:perf_hooks";
import * as path from "node:path";
import { parseArgs } from "node:util";
import { PolicyPackProcess } from "../local/pulumi/policyPack";
import type { RecordedResource } from "../local/pulumi/graph";
import { PROJECT, STACK } from "../test/support/mocks";
import { recordStack } from "../test/support/policyGraph";
import { benchPolicyStart } from "./policyStart";

/** What an analysis of our own program may take once the pack has started. */
const GOAL_MILLISECONDS = 300;

/**
 * Starts the pack as the local run does, and puts the resources of our own program through it over
 * the Analyzer protocol: first in a pack that has just started, then again. After that, its start as
 * Pulumi's engine does it, beside that of an earlier commit.
 *
 * Options: `--rounds N` (5), of which the fastest counts.
 */
export async function benchPolicy(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: { rounds: { type: "string", default: "5" } },
  });
  const rounds = Number(values.rounds);
  if (!Number.isInteger(rounds) || rounds < 1) {
    throw new Error(`--rounds is ${values.rounds}; it must be a whole number from 1 on`);
  }
  print("| stack | resources | start-up | first analysis | again | goal |");
  print("|---|---|---|---|---|---|");
  for (const stack of ["dev", "prod"] as const) {
    const resources = await recordStack(stack, "preview");
    const times: Times[] = [];
    for (let round = 0; round < rounds; round++) {
      times.push(await measure(resources));
    }
    const column = (name: keyof Times) =>
      `${Math.round(Math.min(...times.map((time) => time[name])))} ms`;
    print(
      `| ${stack} | ${resources.length} | ${column("start")} | ${column("first")} | ` +
        `${column("again")} | ${GOAL_MILLISECONDS} ms |`,
    );
  }
  print("");
  await benchPolicyStart(rounds);
}

/** In milliseconds. */
interface Times {
  readonly start: number;
  readonly first: number;
  readonly again: number;
}

async function measure(resources: readonly RecordedResource[]): Promise<Times> {
  const options = { project: PROJECT, stack: STACK, preview: true };
  const begin = performance.now();
  const pack = await PolicyPackProcess.start({
    folder: path.resolve(__dirname, "../policy"),
    ...options,
  });
  try {
    const started = performance.now();
    await analyze(pack, resources);
    const analyzed = performance.now();
    await analyze(pack, resources);
    return {
      start: started - begin,
      first: analyzed - started,
      again: performance.now() - analyzed,
    };
  } finally {
    await pack.stop();
  }
}

/** What the engine asks in the course of a preview. */
async function analyze(
  pack: PolicyPackProcess,
  resources: readonly RecordedResource[],
): Promise<void> {
  const each = await Promise.all(resources.map((resource) => pack.analyze(resource)));
  const violations = [...each.flat(), ...(await pack.analyzeStack(resources))];
  if (violations.length > 0) {
    throw new Error(`The program breaks ${violations.map(({ policy }) => policy).join(", ")}`);
  }
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
