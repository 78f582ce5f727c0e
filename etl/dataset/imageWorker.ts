import { parentPort } from "node:worker_threads";
import { writeImages, type ImageBatch } from "./images";

/** Runs in a thread of `ImageWriters`: answers each batch with what was written. */
parentPort?.on("message", (batch: ImageBatch) => {
  parentPort?.postMessage(writeImages(batch));
});
