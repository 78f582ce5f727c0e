import { randomUUID } from "node:crypto";
import {
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { hostname } from "node:os";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { isRunning } from "../common/workFolder";
import { refuseInterrupted } from "./interrupt";
import type { Progress } from "../common/progress";

/** Milliseconds between two signs of life of a holder, and without one after which it is dead. */
const HEARTBEAT = 2_000;
const DEAD_AFTER = 30_000;
const POLL = 100;

/**
 * Does something that only one process may do with a path at a time; the others wait for it, which
 * may have made what they want by then. A holder that was killed is not waited for.
 *
 * Throws what `act` throws, and `InterruptedError` while it waits.
 * @param path whose lock it is: `<path>.lock` names the holder while it works
 */
export async function withLock<Result>(
  path: string,
  progress: Progress,
  signal: AbortSignal,
  act: () => Promise<Result>,
): Promise<Result> {
  const file = `${path}.lock`;
  const mine = `process ${process.pid} on ${hostname()}, ${randomUUID()}`;
  mkdirSync(dirname(file), { recursive: true });
  for (let waited = false; !create(file, mine); waited = true) {
    refuseInterrupted(signal);
    const holder = read(file);
    if (holder !== undefined && isDead(file, holder)) {
      takeAway(file, holder);
      continue;
    }
    if (!waited && holder !== undefined) {
      progress.note(`${path} is being made by ${holder.split(",")[0]}; waiting for it`);
    }
    await sleep(POLL, undefined, { signal }).catch(() => {
      refuseInterrupted(signal);
    });
  }
  const heartbeat = setInterval(() => {
    // The folder may be gone; whoever works in it says so better.
    if (statSync(file, { throwIfNoEntry: false }) !== undefined) {
      utimesSync(file, new Date(), new Date());
    }
  }, HEARTBEAT);
  heartbeat.unref();
  try {
    return await act();
  } finally {
    clearInterval(heartbeat);
    if (read(file) === mine) {
      rmSync(file, { force: true });
    }
  }
}

/** False if there is such a file already. */
function create(file: string, text: string): boolean {
  try {
    writeFileSync(file, text, { flag: "wx" });
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") {
      return false;
    }
    throw error;
  }
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}

function isDead(file: string, holder: string): boolean {
  const [, pid, host] = /^process (\d+) on (.*), /.exec(holder) ?? [];
  if (host === hostname() && !isRunning(Number(pid))) {
    return true;
  }
  const stats = statSync(file, { throwIfNoEntry: false });
  return stats !== undefined && Date.now() - stats.mtimeMs > DEAD_AFTER;
}

/** Removes the lock of a dead holder, unless another waiter did and has it now. */
function takeAway(file: string, holder: string): void {
  const aside = `${file}.${randomUUID()}`;
  try {
    renameSync(file, aside);
  } catch {
    return;
  }
  const taken = read(aside);
  if (taken === holder || taken === undefined) {
    rmSync(aside, { force: true });
  } else {
    renameSync(aside, file);
  }
}
