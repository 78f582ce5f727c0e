/** Reads a channel in image format: a folder of image files, and a list that labels them. */
import { readdir, readFile } from "node:fs/promises";
import * as path from "node:path";
import { ClientError, InvalidListError } from "./errors";
import type { Hyperparameters } from "./hyperparameters";
import { decodeImage, type Image, type ImageSize } from "./images";

export interface LabelledImage extends Image {
  readonly label: number;
}

interface Entry {
  readonly label: number;
  /** Relative to the channel's folder. */
  readonly file: string;
}

/**
 * Reads the images that a channel's list names, in its order.
 * @param data the folder that has a sub-folder per channel
 * @throws ClientError for a list or an image that the algorithm cannot use. The algorithm itself
 * leaves out images that it cannot read.
 */
export async function readChannel(
  data: string,
  channel: "train" | "validation",
  settings: Hyperparameters,
): Promise<readonly LabelledImage[]> {
  const { mini_batch_size: batch, num_classes: classes } = settings;
  const entries = await readList(path.join(data, `${channel}_lst`), channel, classes);
  if (entries.length < batch) {
    throw new ClientError(
      "The number of input images must be bigger or equal to the mini_batch_size. " +
        `The ${channel} channel has ${entries.length}, mini_batch_size is ${batch}.`,
    );
  }
  return Promise.all(
    entries.map(async ({ label, file }) => {
      const image = await readImage(path.join(data, channel, file), settings).catch(
        (error: unknown) => {
          const reason = error instanceof Error ? error.message : String(error);
          throw new ClientError(`Cannot read image ${file} of the ${channel} channel: ${reason}`);
        },
      );
      return { ...image, label };
    }),
  );
}

async function readImage(file: string, { resize, image_shape }: Hyperparameters): Promise<Image> {
  const image = await decodeImage(await readFile(file), (size) => shorterSide(size, resize));
  const [, height, width] = image_shape;
  if (image.height < height || image.width < width) {
    throw new Error(
      `it has ${image.height} x ${image.width} pixels, less than the ${height} x ${width} of image_shape`,
    );
  }
  return image;
}

/** What the hyperparameter `resize` asks for: the shorter side gets that length. */
function shorterSide({ height, width }: ImageSize, length: number | undefined): ImageSize {
  const factor = (length ?? 1) / Math.min(height, width);
  return length === undefined
    ? { height, width }
    : { height: Math.round(height * factor), width: Math.round(width * factor) };
}

async function readList(folder: string, channel: string, classes: number): Promise<Entry[]> {
  const lists = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith(".lst"));
  const [list] = lists;
  if (list === undefined || lists.length > 1) {
    throw new InvalidListError(
      channel,
      `The channel ${channel}_lst must have one .lst file, it has ${lists.length}.`,
    );
  }
  const indices = new Set<string>();
  const lines = (await readFile(path.join(folder, list), "utf8")).split(/\r?\n/);
  return lines.flatMap((line, number) => {
    if (line === "") return [];
    const fault = (reason: string) =>
      new InvalidListError(channel, `Line ${number + 1} of ${list} ${reason}: ${line}`);
    const [index, label, file] = /^(\d+)\t(\d+)\t([^\t]+)$/.exec(line)?.slice(1) ?? [];
    if (index === undefined || label === undefined || file === undefined) {
      throw fault("is not index, label and path, separated by tabs");
    }
    if (indices.has(index)) throw fault(`repeats index ${index}`);
    if (Number(label) >= classes) throw fault(`has a label not below num_classes (${classes})`);
    if (path.isAbsolute(file) || file.split("/").includes("..")) {
      throw fault("has a path that leads out of the channel");
    }
    indices.add(index);
    return [{ label: Number(label), file }];
  });
}
