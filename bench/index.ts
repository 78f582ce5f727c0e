import { benchCaptures } from "./captures";
import { benchCharts } from "./charts";
import { benchDrift } from "./drift";
import { benchEtl } from "./etl";
import { benchFunctions } from "./functions";
import { benchLocal } from "./local";
import { benchMonitor } from "./monitor";
import { benchPictures } from "./pictures";
import { benchPolicy } from "./policy";
import { benchPreview } from "./preview";
import { benchScaling } from "./scaling";

/** Benchmarks by name; each prints its own table. */
const BENCHMARKS: Readonly<Record<string, (args: readonly string[]) => Promise<void>>> = {
  captures: benchCaptures,
  charts: benchCharts,
  drift: benchDrift,
  etl: benchEtl,
  functions: benchFunctions,
  local: benchLocal,
  monitor: benchMonitor,
  pictures: benchPictures,
  policy: benchPolicy,
  preview: benchPreview,
  scaling: benchScaling,
};

async function main([name, ...args]: readonly string[]): Promise<void> {
  const benchmark = BENCHMARKS[name ?? ""];
  if (benchmark === undefined) {
    process.stderr.write(
      `Usage: npm run bench -- <name> [options]\nNames: ${Object.keys(BENCHMARKS).join(", ")}\n`,
    );
    process.exitCode = 2;
    return;
  }
  // `npm run bench -- scaling -- --images 5`: npm takes only the first two hyphens.
  await benchmark(args[0] === "--" ? args.slice(1) : args);
}

void main(process.argv.slice(2));
