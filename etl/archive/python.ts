import { InvalidArchiveError } from "../errors";
import { IMAGE_BYTES } from "../formats/png";
import type { ArchiveContent, ImageSource } from "./content";
import { type FileRange, SpellingError, writeSpelledBytes } from "./pickledBytes";
import { NumpyArray, readPickle, type PickleValue } from "./pickle";
import { PickleError } from "./pickleInput";

/** Files of the python form, inside the folder `cifar-100-python`. */
export const PYTHON_FILES = ["train", "test", "meta"] as const;
export type PythonFile = (typeof PYTHON_FILES)[number];

/**
 * Reads the python form from its extracted files. Nothing in them is executed.
 * Throws {@link InvalidArchiveError} when a file is not the plain data it should be.
 * @param paths where each file was extracted to
 */
export function readPythonForm(paths: Readonly<Record<PythonFile, string>>): ArchiveContent {
  const meta = readDictionary("meta", paths);
  return {
    fineNames: stringList("meta", "fine_label_names", meta),
    coarseNames: stringList("meta", "coarse_label_names", meta),
    train: readImages("train", paths),
    test: readImages("test", paths),
  };
}

function readImages(file: PythonFile, paths: Readonly<Record<PythonFile, string>>): ImageSource {
  const dictionary = readDictionary(file, paths);
  const array = dictionary.get("data");
  if (!(array instanceof NumpyArray) || array.data === undefined) {
    throw new InvalidArchiveError(file, "`data` is no numpy array of bytes");
  }
  const [count, width, ...more] = array.shape;
  if (count === undefined || width !== IMAGE_BYTES || more.length > 0) {
    throw new InvalidArchiveError(
      file,
      `\`data\` has the shape ${JSON.stringify(array.shape)}, not one row of ${IMAGE_BYTES} ` +
        `bytes per image`,
    );
  }
  const { path, offset, length } = plainBytes(file, paths[file], array.data);
  if (length !== count * IMAGE_BYTES) {
    throw new InvalidArchiveError(file, `\`data\` is not ${count} images long`, {
      record: Math.floor(length / IMAGE_BYTES),
      offset: array.data.offset + array.data.length,
    });
  }
  return {
    pixels: { path, offset, stride: IMAGE_BYTES },
    fine: labels(file, "fine_labels", dictionary, count),
    coarse: labels(file, "coarse_labels", dictionary, count),
  };
}

/** Where the bytes of a range are as they are; beside the file, if they are spelled out in it. */
function plainBytes(
  file: PythonFile,
  path: string,
  range: FileRange,
): { readonly path: string; readonly offset: number; readonly length: number } {
  if (range.spelling === "raw") {
    return { path, offset: range.offset, length: range.length };
  }
  const plain = `${path}.data`;
  try {
    return { path: plain, offset: 0, length: writeSpelledBytes(path, range, plain) };
  } catch (error) {
    if (error instanceof SpellingError) {
      throw new InvalidArchiveError(file, `\`data\` is damaged: ${error.message}`, undefined, {
        cause: error,
      });
    }
    throw error;
  }
}

function readDictionary(
  file: PythonFile,
  paths: Readonly<Record<PythonFile, string>>,
): ReadonlyMap<string, PickleValue> {
  let value: PickleValue;
  try {
    value = readPickle(paths[file]);
  } catch (error) {
    if (error instanceof PickleError) {
      throw new InvalidArchiveError(file, error.message, undefined, { cause: error });
    }
    throw error;
  }
  if (!(value instanceof Map)) {
    throw new InvalidArchiveError(file, "is no dictionary");
  }
  return value;
}

function stringList(
  file: PythonFile,
  key: string,
  dictionary: ReadonlyMap<string, PickleValue>,
): string[] {
  const list = dictionary.get(key);
  if (!Array.isArray(list) || !list.every((item) => typeof item === "string")) {
    throw new InvalidArchiveError(file, `\`${key}\` is no list of strings`);
  }
  return list;
}

function labels(
  file: PythonFile,
  key: string,
  dictionary: ReadonlyMap<string, PickleValue>,
  count: number,
): Uint8Array {
  const list = dictionary.get(key);
  if (!Array.isArray(list) || list.length !== count) {
    throw new InvalidArchiveError(file, `\`${key}\` is no list of ${count} labels`);
  }
  const wrong = list.findIndex(
    (label) => typeof label !== "number" || !(label >= 0 && label <= 255),
  );
  if (wrong !== -1) {
    throw new InvalidArchiveError(file, `label ${wrong} of \`${key}\` is no class number`);
  }
  return Uint8Array.from(list as number[]);
}
