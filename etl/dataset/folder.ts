import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DATASET_KEYS } from "../../functions/contract";
import { DatasetFolderError } from "../errors";
import { parseManifest, type Manifest } from "./manifest";

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
