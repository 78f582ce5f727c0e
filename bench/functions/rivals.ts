/**
 * Packages that could read pictures in place of our own code. They are no dependencies: a benchmark
 * that is asked for them installs them into a folder of its own.
 */
import { mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { installPackages } from "../packages";

/** Where they are; for the processes that a benchmark starts. */
export const RIVALS = "RIVALS";

/** What each needs. */
const PACKAGES = {
  sharp: ["sharp@0.35.5"],
  jsquash: ["@jsquash/jpeg@1.6.0", "@jsquash/png@3.1.1"],
} as const;

export type RivalName = keyof typeof PACKAGES;

/** The names of all. */
export const RIVAL_NAMES: readonly RivalName[] = ["sharp", "jsquash"];

/**
 * Installs one with npm into a folder.
 * @param folder an existing one
 * @returns the packages' folder
 * @throws Error if it cannot be had
 */
export function installRival(name: RivalName, folder: string): string {
  const project = join(folder, `npm-${name}`);
  mkdirSync(project);
  return installPackages(PACKAGES[name], project);
}

/** A package of the one that is measured. */
export function requireRival(name: string): unknown {
  return createRequire(join(folderOfRival(), name))(name);
}

/** The file of a module of the one that is measured. */
export function resolveRival(module: string): string {
  return join(folderOfRival(), module);
}

/** An ES module of the one that is measured. */
export function importRival(module: string): Promise<unknown> {
  return importModule(pathToFileURL(resolveRival(module)).href);
}

// A bundle has `require` in the place of `import`, and that takes no ES module.
const importModule = new Function("url", "return import(url)") as (url: string) => Promise<unknown>;

function folderOfRival(): string {
  const folder = process.env[RIVALS];
  if (folder === undefined) {
    throw new Error(`The variable ${RIVALS} does not say where the packages are`);
  }
  return folder;
}
