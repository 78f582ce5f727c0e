import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DATASET_KEYS, SPLITS } from "../../contract/dataset";
import { DatasetFolderError } from "../errors";
import { LIST_KEYS } from "./imageFiles";
import { parseManifest, type Manifest } from "./manifest";
import { recordKeys } from "./recordFiles";

/**
 * Reads the manifest of a dataset folder.
 * Throws {@link DatasetFolderError} when there is none, or none that this version understands.
 */
export function readManifest(folder: string): Manifest {
  const path = join(folder, DATASET_KEYS.manifest);
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    throw new DatasetFolderError(
      `${folder} is no dataset: there is no ${DATASET_KEYS.manifest}. Make one with \`build\`.`,
      { cause: error },
    );
  }
  return parseManifest(text, path);
}

/** Whether a key is one that datasets use; the manifest and the models beside them are not. */
export function isDatasetKey(key: string): boolean {
  return SPLITS.some((split) => {
    const { records, index } = recordKeys(split);
    return key.startsWith(DATASET_KEYS[split]) || [LIST_KEYS[split], records, index].includes(key);
  });
}
