import { once } from "node:events";
import { mkdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { Worker } from "node:worker_threads";

/** Writes its files from memory when told to, and says how many seconds that took. */
const WRITER = `
  const { parentPort, workerData } = require("node:worker_threads");
  const { openSync, writeSync, closeSync } = require("node:fs");
  parentPort.once("message", () => {
    const begin = performance.now();
    for (const [path, offset, length] of workerData.files) {
      const file = openSync(path, "wx");
      writeSync(file, workerData.bytes, offset, length);
      closeSync(file);
    }
    parentPort.postMessage((performance.now() - begin) / 1000);
  });
`;

/**
 * Seconds for writing the very same files without encoding anything: no program that makes these
 * files can be faster.
 * @param paths files below `from`, in the order in which to write them
 */
export async function measureLimit(
  paths: readonly string[],
  from: string,
  to: string,
  threads: number,
): Promise<{ readonly clock: number; readonly processors: number }> {
  for (const folder of new Set(paths.map(dirname))) {
    mkdirSync(join(to, folder), { recursive: true });
  }
  const share = Math.ceil(paths.length / threads);
  const workers = Array.from({ length: threads }, (_, thread) => {
    let offset = 0;
    const pieces: Buffer[] = [];
    const files = paths.slice(thread * share, (thread + 1) * share).map((path) => {
      const piece = readFileSync(join(from, path));
      pieces.push(piece);
      offset += piece.length;
      return [join(to, path), offset - piece.length, piece.length] as const;
    });
    const workerData = { files, bytes: Buffer.concat(pieces) };
    return new Worker(WRITER, { eval: true, execArgv: [], workerData });
  });
  await Promise.all(workers.map((worker) => once(worker, "online")));
  const begin = process.cpuUsage();
  const times = workers.map(async (worker) => {
    worker.postMessage("go");
    const [time] = (await once(worker, "message")) as [number];
    return time;
  });
  const clock = Math.max(...(await Promise.all(times)));
  const { user, system } = process.cpuUsage(begin);
  return { clock, processors: (user + system) / 1e6 };
}
