/**
 * Stands in for the training container of SageMaker's built-in image-classification algorithm:
 *
 *     node --import tsx local/cloud/containers/image-classification/train.ts <folder for /opt/ml>
 *
 * The same: the folders it reads and writes, image format with list files and RecordIO,
 * hyperparameters with their ranges and defaults, what an epoch, a batch, an optimizer and an
 * augmentation is, the lines of the log, that the epoch best in validation is kept, that an
 * interrupted job goes on from what is in `checkpoints/` if there is that folder, the failure file,
 * and SIGTERM, which ends the job with what is best so far.
 *
 * Not the same: a network of three convolutions instead of a residual network (so `num_layers` has
 * no effect), one machine whatever `kv_store` says, a learning rate that falls to zero when no
 * `lr_scheduler_step` is given, one checkpoint that the next replaces and none in the model's
 * archive, always some dropout, label smoothing and shifting of the images, a fixed seed, an ONNX
 * file as the model, and refusals of a wrong `num_training_samples` and of unreadable images, with
 * which the algorithm goes on as well as it can.
 */
import { mkdir, readFile, stat, writeFile } from "node:fs/promises";
import * as path from "node:path";
import { readChannel } from "./channel";
import { CheckpointFolder } from "./checkpoint";
import { parseChannelFormat } from "./inputDataConfig";
import { ClientError } from "./errors";
import { parseHyperparameters } from "./hyperparameters";
import { MODEL_FILE } from "./serve";
import { train } from "./trainer";

const SEED = 1;

async function run(root: string, stop: AbortSignal): Promise<void> {
  const log = (line: string) => {
    process.stdout.write(`${line}\n`);
  };
  const readConfig = async (name: string) =>
    JSON.parse(await readFile(path.join(root, "input", "config", name), "utf8")) as unknown;
  const settings = parseHyperparameters(
    (await readConfig("hyperparameters.json")) as Record<string, unknown>,
  );
  const format = parseChannelFormat(await readConfig("inputdataconfig.json"));
  const data = path.join(root, "input", "data");
  const images = {
    train: await readChannel(data, "train", format, settings),
    validation: await readChannel(data, "validation", format, settings),
  };
  if (images.train.length !== settings.num_training_samples) {
    throw new ClientError(
      `num_training_samples is ${settings.num_training_samples}, but the train channel ` +
        `has ${images.train.length} images. Make them equal.`,
    );
  }
  const checkpoints = await checkpointFolder(root);
  await train(images, settings, {
    seed: SEED,
    resume: await checkpoints?.newest(),
    checkpoint: checkpoints && ((checkpoint) => checkpoints.save(checkpoint)),
    log,
    keep: (model) => writeFile(path.join(root, "model", MODEL_FILE), model),
    stop,
  });
}

/** SageMaker makes the folder for a job with a `CheckpointConfig`, and for no other. */
async function checkpointFolder(root: string): Promise<CheckpointFolder | undefined> {
  const folder = path.join(root, "checkpoints");
  const found = await stat(folder).catch(() => undefined);
  return found?.isDirectory() ? new CheckpointFolder(folder) : undefined;
}

async function main(root: string): Promise<void> {
  const stopping = new AbortController();
  process.once("SIGTERM", () => {
    stopping.abort();
  });
  await mkdir(path.join(root, "model"), { recursive: true });
  try {
    await run(root, stopping.signal);
  } catch (error) {
    const failure = error instanceof Error ? error : new Error(String(error));
    const name = failure instanceof ClientError ? failure.name : "AlgorithmError";
    process.stderr.write(`${failure.stack ?? failure.message}\n`);
    await mkdir(path.join(root, "output"), { recursive: true });
    await writeFile(path.join(root, "output", "failure"), `${name}: ${failure.message}`);
    process.exitCode = 1;
  }
}

void main(process.argv[2] ?? "/opt/ml");
