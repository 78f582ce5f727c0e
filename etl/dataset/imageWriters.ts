import { once } from "node:events";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { forEachConcurrently } from "../../common/concurrency";
import { checkpoint } from "../interrupt";
import { writeImages, type ImageBatch, type WrittenImage } from "./images";

/** A thread takes about as long to start as a thousand images to write. */
const FEWEST_IMAGES_FOR_THREADS = 5_000;
/** A thread needs little more than one batch. */
const HEAP_LIMITS = { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 2 };
/**
 * Writes batches of images, on several threads where there are enough images to make that pay.
 * Throws `InterruptedError` between batches, and whatever the file system does.
 * @param onWritten gets what was written, with the batch's position; the order may vary
 */
export async function writeBatches(
  batches: readonly ImageBatch[],
  threads: number,
  signal: AbortSignal,
  onWritten: (written: readonly WrittenImage[], position: number) => void,
): Promise<void> {
  const images = batches.reduce((sum, { records }) => sum + records.length, 0);
  if (threads === 1 || images < FEWEST_IMAGES_FOR_THREADS) {
    for (const [position, batch] of batches.entries()) {
      await checkpoint(signal);
      onWritten(writeImages(batch), position);
    }
    return;
  }
  const program = await bundleWorker();
  const idle = Array.from(
    { length: threads },
    () => new Worker(program, { eval: true, execArgv: [], resourceLimits: HEAP_LIMITS }),
  );
  const all = [...idle];
  try {
    await forEachConcurrently(batches.entries(), threads, async ([position, batch]) => {
      await checkpoint(signal);
      const worker = idle.pop() as Worker;
      onWritten(await writeOn(worker, batch), position);
      idle.push(worker);
    });
  } finally {
    await Promise.all(all.map((worker) => worker.terminate()));
  }
}

/** As JavaScript: a TypeScript loader in each thread would take more memory than the images do. */
async function bundleWorker(): Promise<string> {
  const { build } = await import("esbuild");
  const { outputFiles } = await build({
    entryPoints: [join(__dirname, "imageWorker.ts")],
    bundle: true,
    platform: "node",
    write: false,
  });
  return outputFiles.map(({ text }) => text).join("");
}

async function writeOn(worker: Worker, batch: ImageBatch): Promise<readonly WrittenImage[]> {
  worker.postMessage(batch);
  const [written] = (await once(worker, "message")) as [readonly WrittenImage[]];
  return written;
}
