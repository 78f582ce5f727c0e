/** Where a training job was, kept so that one that is interrupted can go on. */
import { readFile, rename, writeFile } from "node:fs/promises";
import * as path from "node:path";
import { deserialize, serialize } from "node:v8";
import { ClientError } from "./errors";
import type { PatienceState } from "./patience";

/** All that is needed to go on as if nothing had happened: nothing is drawn or learnt twice. */
export interface Checkpoint {
  /** Epochs that are done. */
  readonly epochs: number;
  /** Whether early stopping has ended the training. */
  readonly over: boolean;
  /** Batches learnt. */
  readonly updates: number;
  /** State of the source of random numbers. */
  readonly random: number;
  readonly patience: PatienceState;
  /** Order of the samples in the last epoch, which the next is shuffled from. */
  readonly order: Uint32Array;
  /** What the network knows, and what the optimizer remembers. */
  readonly vectors: Readonly<Record<Vector, Float32Array>>;
  /** The model that is best so far, as an `.onnx` file. */
  readonly best: Uint8Array;
}

/** The vectors that a batch changes. */
export type Vector = "parameters" | "statistics" | "slot1" | "slot2";

const FILE = "image-classification.checkpoint";

/** The checkpoints' folder of a job, in which the newest checkpoint replaces the one before. */
export class CheckpointFolder {
  constructor(private readonly folder: string) {}

  /**
   * @returns nothing for a job that begins
   * @throws ClientError for a file that is no checkpoint
   */
  async newest(): Promise<Checkpoint | undefined> {
    const file = path.join(this.folder, FILE);
    const content = await readFile(file).catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return undefined;
      throw error;
    });
    if (content === undefined) {
      return undefined;
    }
    try {
      return deserialize(content) as Checkpoint;
    } catch {
      throw new ClientError(
        `${FILE} is no checkpoint. Give the job a checkpoint folder of its own.`,
      );
    }
  }

  /** Whoever reads meanwhile finds the old checkpoint or the new one, and never a part. */
  async save(checkpoint: Checkpoint): Promise<void> {
    const file = path.join(this.folder, FILE);
    await writeFile(`${file}.part`, serialize(checkpoint));
    await rename(`${file}.part`, file);
  }
}
