import { performance } from "node:perf_hooks";
import * as path from "node:path";
import { parseArgs } from "node:util";
import type { RecordedResource } from "../local/pulumi/graph";
import { PolicyPackProcess } from "../local/pulumi/policyPack";
import { policies } from "../policy/policies";
import { HOSTILE, hostileTo } from "../test/policy/hostile";
import { compliant } from "../test/policy/compliant";
import { PROJECT, STACK } from "../test/support/mocks";
import { judge, judgeStack } from "../test/support/policy";
import { graphFrom, lawOf, recordStack, refusals } from "../test/support/policyGraph";
import { benchPolicyStart } from "./policyStart";

const PACK = path.resolve(__dirname, "../policy");
const SILENT_PACK = path.join(__dirname, "silentPack");

/** What an analysis may take once the pack has started, in milliseconds. */
const GOALS = { own: 300, large: 3000, hostile: 50 };

/** Resources of the large graph, at least. */
const LARGE = 2000;

/**
 * Starts the pack as the local run does, and puts the resources of our own program through it over
 * the Analyzer protocol: first in a pack that has just started, then again; then so many copies of
 * them that there are 2,000. A pack of the same policies that judge nothing, served by Pulumi's SDK in
 * its own way, is what ours has to beat. The harness of the tests, in one process and with no protocol,
 * does the same. After that, which policy takes the longest for a text that is made to slow it down,
 * and how the pack starts as Pulumi's engine starts it, beside that of an earlier commit.
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
  print(
    "| graph | resources | pack | start-up | first analysis | CPU time of it ¹ | again | CPU time | " +
      "goal |",
  );
  print("|---|---|---|---|---|---|---|---|---|");
  for (const stack of ["dev", "prod"] as const) {
    const resources = await recordStack(stack, "preview");
    await benchGraph(stack, resources, rounds, GOALS.own);
    if (stack === "prod") {
      const copies = Math.ceil(LARGE / resources.length);
      await benchGraph(`prod, ${copies} times`, copiesOf(resources, copies), rounds, GOALS.large);
    }
  }
  print("\n¹ Of all threads of the pack's process; its client is another one.");
  await benchHostile(await recordStack("prod", "preview"));
  print("");
  await benchPolicyStart(rounds);
}

/** In milliseconds. */
type Times = Readonly<Record<"start" | "first" | "firstCpu" | "again" | "againCpu", number>>;

async function benchGraph(
  title: string,
  resources: readonly RecordedResource[],
  rounds: number,
  goal: number,
): Promise<void> {
  const folders = { ours: PACK, "the SDK alone": SILENT_PACK };
  const times = new Map<string, Times[]>(Object.keys(folders).map((pack) => [pack, []]));
  const harness: number[] = [];
  for (let round = 0; round < rounds; round++) {
    // In turn, so that what else the machine does meets both.
    for (const [pack, folder] of Object.entries(folders)) {
      times.get(pack)?.push(await measure(folder, resources));
    }
    harness.push(await measureHarness(resources));
  }
  for (const [pack, measured] of times) {
    const column = (name: keyof Times) => ms(Math.min(...measured.map((time) => time[name])));
    const columns = [title, resources.length, pack, column("start"), column("first")];
    columns.push(column("firstCpu"), column("again"), column("againCpu"), `${goal} ms`);
    print(`| ${columns.join(" | ")} |`);
  }
  print(`| ${title} | ${resources.length} | harness | | | | ${ms(Math.min(...harness))} | | |`);
}

/** As if the program had been written several times into one stack. */
function copiesOf(resources: readonly RecordedResource[], copies: number): RecordedResource[] {
  return Array.from({ length: copies }, (_, copy) => {
    const inCopy = (urn: string) => `${urn}-${copy}`;
    return resources.map((resource) => ({
      ...resource,
      urn: inCopy(resource.urn),
      parent: resource.parent === "" ? "" : inCopy(resource.parent),
      dependencies: resource.dependencies.map(inCopy),
      propertyDependencies: Object.fromEntries(
        Object.entries(resource.propertyDependencies).map(([property, urns]) => [
          property,
          urns.map(inCopy),
        ]),
      ),
    }));
  }).flat();
}

async function measure(folder: string, resources: readonly RecordedResource[]): Promise<Times> {
  const options = { project: PROJECT, stack: STACK, preview: true };
  const begin = performance.now();
  const pack = await PolicyPackProcess.start({ folder, ...options, config: lawOf("dev") });
  const analyze = async () => {
    const [time, cpu] = [performance.now(), await pack.cpuTime()];
    refuseAny(await pack.analyzeAll(resources));
    return [performance.now() - time, (await pack.cpuTime()) - cpu] as const;
  };
  try {
    const start = performance.now() - begin;
    const [first, firstCpu] = await analyze();
    const [again, againCpu] = await analyze();
    return { start, first, firstCpu, again, againCpu };
  } finally {
    await pack.stop();
  }
}

async function measureHarness(resources: readonly RecordedResource[]): Promise<number> {
  const begin = performance.now();
  refuseAny(await refusals(graphFrom(resources, "dev"), lawOf("dev")));
  return performance.now() - begin;
}

function refuseAny(found: readonly { readonly policy: string }[]): void {
  if (found.length > 0) {
    throw new Error(`The program breaks ${found.map(({ policy }) => policy).join(", ")}`);
  }
}

/** Puts each text into each place of each type of resource, and prints the slowest of each. */
async function benchHostile(resources: readonly RecordedResource[]): Promise<void> {
  const subjects = [...compliant, ...graphFrom(resources, "prod").inputs];
  print("\n| 9,000 characters of | places | slowest | goal | policy, place |");
  print("|---|---|---|---|---|");
  for (const [title, text] of Object.entries(HOSTILE)) {
    let places = 0;
    let slowest = { time: 0, where: "" };
    for (const { place, subject } of hostileTo(subjects, text)) {
      places += 1;
      for (const policy of policies) {
        const begin = process.cpuUsage();
        await judge(policy, subject);
        if ("validateStack" in policy) {
          await judgeStack(policy, [subject]);
        }
        const { user, system } = process.cpuUsage(begin);
        const time = (user + system) / 1000;
        slowest = time > slowest.time ? { time, where: `${policy.name}, ${place}` } : slowest;
      }
    }
    const columns = [title, places, `${slowest.time.toFixed(0)} ms`, `${GOALS.hostile} ms`];
    print(`| ${[...columns, slowest.where].join(" | ")} |`);
  }
}

function ms(time: number): string {
  return `${Math.round(time)} ms`;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
