import { spawn, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";

const ROOT = path.resolve(__dirname, "..");

/** The commit that the start of the pack is compared with: the engine's own loader of TypeScript. */
const BEFORE = "7ee1412";

/** In milliseconds. */
interface Start {
  /** From the start of the process until the pack listens. */
  readonly wall: number;
  /** Time of all its threads until then. */
  readonly cpu: number;
}

/**
 * Starts the pack as Pulumi's engine does, by the SDK's runner, and prints how long it takes until
 * it listens: as it is, and as it was in an earlier commit, in turn and with the same packages.
 */
export async function benchPolicyStart(rounds: number): Promise<void> {
  const scratch = mkdtempSync(path.join(tmpdir(), "policy-start-"));
  try {
    const packs = [
      ["now", copyTo(path.join(scratch, "now"))],
      [BEFORE, checkOut(BEFORE, path.join(scratch, BEFORE))],
    ] as const;
    const starts = new Map<string, Start[]>(packs.map(([name]) => [name, []]));
    for (let round = 0; round <= rounds; round++) {
      for (const [name, folder] of packs) {
        if (folder !== undefined) {
          starts.get(name)?.push(await start(folder, scratch));
        }
      }
    }
    print("| start of the pack | first | warm | CPU time, warm |");
    print("|---|---|---|---|");
    for (const [name, [first, ...warm]] of starts) {
      print(
        first === undefined
          ? `| ${name} | not in this clone | | |`
          : `| ${name} | ${ms(first.wall)} | ${ms(least(warm, "wall"))} | ${ms(least(warm, "cpu"))} |`,
      );
    }
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

/** The pack without anything that it has compiled, so that its first start is one. */
function copyTo(folder: string): string {
  const pack = path.join(folder, "policy");
  const compiled = ["dist", "node_modules"].map((name) => path.join(ROOT, "policy", name));
  cpSync(path.join(ROOT, "policy"), pack, {
    recursive: true,
    filter: (source) => !compiled.includes(source),
  });
  linkPackages(folder);
  return pack;
}

/** The pack as it was; nothing where the clone does not reach back that far. */
function checkOut(commit: string, folder: string): string | undefined {
  const archive = spawnSync("git", ["archive", commit, "policy"], { cwd: ROOT });
  if (archive.status !== 0) {
    return undefined;
  }
  mkdirSync(folder);
  const unpacked = spawnSync("tar", ["-x"], { cwd: folder, input: archive.stdout });
  if (unpacked.status !== 0) {
    throw new Error(`tar: ${unpacked.stderr.toString()}`);
  }
  linkPackages(folder);
  return path.join(folder, "policy");
}

function linkPackages(folder: string): void {
  symlinkSync(path.join(ROOT, "node_modules"), path.join(folder, "node_modules"), "junction");
}

/** @param scratch for what the engine's loader remembers */
async function start(folder: string, scratch: string): Promise<Start> {
  const begin = performance.now();
  const child = spawn(
    process.execPath,
    [
      ...["--require", path.join(__dirname, "policyStartTime.cjs")],
      ...[require.resolve("@pulumi/pulumi/cmd/run-policy-pack"), "127.0.0.1:1", folder],
    ],
    {
      cwd: folder,
      env: { ...process.env, TMPDIR: scratch, PULUMI_NODEJS_STACK: "dev" },
      stdio: ["ignore", "pipe", "pipe", "pipe"],
    },
  );
  const [stdout, stderr, time] = child.stdio.slice(1) as [Readable, Readable, Readable];
  const [complaints, measured] = [text(stderr), text(time)];
  const listening = await new Promise<boolean>((resolve) => {
    stdout.once("data", () => resolve(true));
    child.once("close", () => resolve(false));
  });
  const wall = performance.now() - begin;
  child.kill("SIGKILL");
  if (!listening) {
    throw new Error(`The pack in ${folder} did not start: ${await complaints}`);
  }
  return { wall, cpu: Number(await measured) };
}

function least(starts: readonly Start[], part: keyof Start): number {
  return Math.min(...starts.map((each) => each[part]));
}

function ms(time: number): string {
  return `${Math.round(time)} ms`;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
