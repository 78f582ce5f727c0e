/** Small training jobs on drawn pictures. */
import { spawn } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { encodePng } from "../../../../../etl/formats/png";
import type { LabelledImage } from "../../../../../local/cloud/containers/image-classification/channel";
import {
  type Hyperparameters,
  parseHyperparameters,
} from "../../../../../local/cloud/containers/image-classification/hyperparameters";
import { FINE_NAMES } from "../../../../../contract/cifar100";
import { drawPicture } from "../../../../../local/run/sample/picture";

const CLASSES = ["bicycle", "motorcycle", "pickup_truck"];

/** Hyperparameters of the small job, as text. */
export const SMALL_JOB: Readonly<Record<string, string>> = {
  image_shape: "3,32,32",
  num_classes: "3",
  num_training_samples: "60",
  mini_batch_size: "15",
  epochs: "2",
  optimizer: "adam",
  learning_rate: "0.005",
};

export function settings(changes: Readonly<Record<string, string>> = {}): Hyperparameters {
  return parseHyperparameters({ ...SMALL_JOB, ...changes });
}

/** Pictures of the three classes in turn. @param first number of the first picture of each */
export function pictures(count: number, first = 0): LabelledImage[] {
  return Array.from({ length: count }, (_, index) => {
    const label = index % CLASSES.length;
    const fine = FINE_NAMES.indexOf(CLASSES[label] as string);
    const pixels = drawPicture(fine, first + Math.floor(index / CLASSES.length));
    return { height: 32, width: 32, pixels, label };
  });
}

/** Runs `act` with an empty folder, which is then removed. */
export async function withFolder<T>(act: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(path.join(tmpdir(), "image-classification-"));
  try {
    return await act(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Writes a channel of pictures with its list. */
export async function writeChannel(
  data: string,
  channel: string,
  images: readonly LabelledImage[],
  list = images.map(({ label }, index) => `${index}\t${label}\t${label}/${index}.png\n`).join(""),
): Promise<void> {
  for (const label of CLASSES.keys()) {
    await mkdir(path.join(data, channel, String(label)), { recursive: true });
  }
  await mkdir(path.join(data, `${channel}_lst`), { recursive: true });
  await writeFile(path.join(data, `${channel}_lst`, `${channel}.lst`), list);
  for (const [index, { label, pixels }] of images.entries()) {
    const file = path.join(data, channel, String(label), `${index}.png`);
    await writeFile(file, encodePng(pixels));
  }
}

/** Lays out the folder that stands for `/opt/ml`: 60 images to train, 30 to validate. */
export async function writeJob(
  root: string,
  changes: Readonly<Record<string, string>> = {},
): Promise<void> {
  const config = path.join(root, "input", "config");
  await mkdir(config, { recursive: true });
  await writeFile(
    path.join(config, "hyperparameters.json"),
    JSON.stringify({ ...SMALL_JOB, ...changes }),
  );
  await writeInputDataConfig(root, "application/x-image", [
    ...["train", "validation", "train_lst", "validation_lst"],
  ]);
  const data = path.join(root, "input", "data");
  await writeChannel(data, "train", pictures(60));
  await writeChannel(data, "validation", pictures(30, 20));
}

/** Writes what SageMaker tells a container of its channels. */
export async function writeInputDataConfig(
  root: string,
  ContentType: string,
  channels: readonly string[],
): Promise<void> {
  await writeFile(
    path.join(root, "input", "config", "inputdataconfig.json"),
    JSON.stringify(Object.fromEntries(channels.map((name) => [name, { ContentType }]))),
  );
}

interface Finished {
  readonly exitCode: number | null;
  readonly log: readonly string[];
  readonly errors: string;
}

/** Runs the container's process. @param onLine may send it a signal */
export async function runContainer(
  root: string,
  onLine: (line: string, signal: (name: NodeJS.Signals) => void) => void = () => undefined,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<Finished> {
  const script = path.resolve(
    __dirname,
    "../../../../../local/cloud/containers/image-classification/train.ts",
  );
  const container = spawn(process.execPath, ["--import", "tsx", script, root], {
    env: environment,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const exited = new Promise<number | null>((resolve) => container.once("exit", resolve));
  const errors = text(container.stderr);
  const log: string[] = [];
  for await (const line of createInterface(container.stdout)) {
    log.push(line);
    onLine(line, (name) => container.kill(name));
  }
  return { exitCode: await exited, log, errors: await errors };
}
