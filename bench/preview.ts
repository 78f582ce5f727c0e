import { parseArgs } from "node:util";
import { Cloud } from "../local/cloud";
import { Engine, findCli, judged, PROJECT } from "../test/engine/engine";
import { StandInProviders } from "../test/engine/provider";
import { providersOf } from "../test/engine/provider/packages";

/** What a preview may take on a machine that has nothing else to do. */
const GOAL_SECONDS = 5;

/**
 * Previews each stack with the policy pack by Pulumi's real engine, and prints how long it takes once
 * everything has been read before.
 *
 * Options: `--rounds N` (3), of which the fastest counts; `--stack NAME` (dev).
 */
export async function benchPreview(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rounds: { type: "string", default: "3" },
      stack: { type: "string", default: "dev" },
    },
  });
  const { stack } = values;
  const rounds = Number(values.rounds);
  if (!Number.isInteger(rounds) || rounds < 1) {
    throw new Error(`--rounds is ${values.rounds}; it must be a whole number from 1 on`);
  }
  const found = findCli();
  if ("missing" in found) {
    throw new Error(found.missing);
  }
  const cloud = await Cloud.start({ region: "us-east-1", projectRoot: PROJECT });
  const providers = await StandInProviders.start(providersOf(PROJECT), cloud);
  const engine = await Engine.create(found.folder, providers);
  try {
    await engine.configure(stack);
    await engine.run("stack", "init", stack);
    const times: number[] = [];
    for (let round = 0; round <= rounds; round++) {
      const run = await engine.run("preview", ...judged(stack));
      if (run.code !== 0) {
        throw new Error(run.output);
      }
      times.push(run.seconds);
    }
    const [first = 0, ...others] = times;
    print("| stack | first | warm | goal |");
    print("|---|---|---|---|");
    print(
      `| ${stack} | ${first.toFixed(1)} s | ${Math.min(...others).toFixed(1)} s | ${GOAL_SECONDS} s |`,
    );
  } finally {
    await engine.remove();
    providers.stop();
    await cloud.stop();
  }
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
