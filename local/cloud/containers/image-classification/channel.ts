/**
 * Reads a channel in either format: a folder of image files and a list that labels them, or a
 * RecordIO file, which has both.
 */
import { readdir, readFile } from "node:fs/promises";
import * as path from "node:path";
import { ClientError, InvalidListError } from "./errors";
import type { Hyperparameters } from "./hyperparameters";
import { decodeImage, type Image, type ImageSize } from "./images";
import { readRecords, type LabelledFile } from "./records";

export interface LabelledImage extends Image {
  readonly label: number;
}

/** The algorithm's formats, as `InputDataConfig` names them. */
export type ChannelFormat = "image" | "recordio";

interface Entry {
  readonly label: number;
  /** Of the image, for messages. */
  readonly name: string;
  readonly read: () => Promise<Buffer>;
}

/**
 * Reads the images of a channel, in the order of its list or its records.
 * @param data the folder that has a sub-folder per channel
 * @throws ClientError for a list, a record or an image that the algorithm cannot use. The algorithm
 * itself leaves out images that it cannot read.
 */
export async function readChannel(
  data: string,
  channel: "train" | "validation",
  format: ChannelFormat,
  settings: Hyperparameters,
): Promise<readonly LabelledImage[]> {
  const { mini_batch_size: batch, num_classes: classes } = settings;
  const entries = await (format === "image"
    ? readList(data, channel, classes)
    : readRecordFile(path.join(data, channel), channel, classes));
  if (entries.length < batch) {
    throw new ClientError(
      "The number of input images must be bigger or equal to the mini_batch_size. " +
        `The ${channel} channel has ${entries.length}, mini_batch_size is ${batch}.`,
    );
  }
  return Promise.all(
    entries.map(async ({ label, name, read }) => {
      const image = await readImage(read, settings).catch((error: unknown) => {
        const reason = error instanceof Error ? error.message : String(error);
        throw new ClientError(`Cannot read image ${name} of the ${channel} channel: ${reason}`);
      });
      return { ...image, label };
    }),
  );
}

async function readImage(
  read: () => Promise<Buffer>,
  { resize, image_shape }: Hyperparameters,
): Promise<Image> {
  const image = await decodeImage(await read(), (size) => shorterSide(size, resize));
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

/** The one `.rec` file of a channel. */
async function readRecordFile(folder: string, channel: string, classes: number): Promise<Entry[]> {
  const files = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith(".rec"));
  const [file] = files;
  if (file === undefined || files.length > 1) {
    throw new ClientError(
      `The channel ${channel} must have one .rec file, it has ${files.length}.`,
    );
  }
  const bytes = await readFile(path.join(folder, file));
  const fault = (reason: string) =>
    new ClientError(`Cannot read ${file} of the ${channel} channel: ${reason}`);
  let records: LabelledFile[];
  try {
    records = readRecords(bytes);
  } catch (error) {
    throw fault(error instanceof Error ? error.message : String(error));
  }
  return records.map((record, number) => {
    const { label } = record;
    if (!Number.isInteger(label) || label < 0 || label >= classes) {
      throw fault(
        `record ${number} has the label ${label}, not one below num_classes (${classes})`,
      );
    }
    return { label, name: `number ${number}`, read: () => Promise.resolve(record.file) };
  });
}

async function readList(data: string, channel: string, classes: number): Promise<Entry[]> {
  const folder = path.join(data, `${channel}_lst`);
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
    return [
      { label: Number(label), name: file, read: () => readFile(path.join(data, channel, file)) },
    ];
  });
}
