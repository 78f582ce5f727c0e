/**
 * The model runtime, which keeps to itself what it does.
 *
 * onnxruntime 1.30 collects events about the models and the machine, in files of its own in the
 * temporary folder and in the user's cache, and sends them to its maker. The library reads
 * `ORT_DISABLE_TELEMETRY` when it makes its first session, not when it is loaded, so that it is
 * early enough here. A worker thread has a copy of the environment, which native code does not see.
 */
import { InferenceSession, Tensor } from "onnxruntime-node";
import { isMainThread } from "node:worker_threads";

if (!isMainThread) {
  throw new Error("onnxruntime's telemetry cannot be switched off in a worker thread.");
}
process.env["ORT_DISABLE_TELEMETRY"] = "1";

export { InferenceSession, Tensor };
