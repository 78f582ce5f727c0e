import { existsSync } from "node:fs";
import * as path from "node:path";

/** The project's root folder. */
export const PROJECT_ROOT = path.resolve(__dirname, "../..");

/**
 * A file with the real CIFAR-100, which the variable `CIFAR_ARCHIVE` names; tests that need it are
 * pending without.
 */
export const REAL_ARCHIVE = realArchive();

function realArchive(): string | undefined {
  const file = process.env["CIFAR_ARCHIVE"];
  if (file === undefined || file === "") {
    return undefined;
  }
  if (!existsSync(file)) {
    throw new Error(`CIFAR_ARCHIVE names ${file}, which is not there`);
  }
  return path.resolve(file);
}
