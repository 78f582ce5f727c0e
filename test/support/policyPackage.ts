/** The policy pack as a package, for tests: packed, and installed without a registry. */
import { spawnSync } from "node:child_process";
import { mkdirSync, symlinkSync } from "node:fs";
import * as path from "node:path";
import { expect } from "chai";
import manifest from "../../policy/package.json";
import { PROJECT_ROOT } from "./project";

/** What the package is called. */
export const PACKAGE = manifest.name;

const NEEDED = Object.keys({ ...manifest.peerDependencies, ...manifest.dependencies });

/** Packs as `npm run policy:pack` does. @returns the tarball, which is in the folder then */
export function packPolicies(folder: string): string {
  const destination = ["--pack-destination", folder];
  const { stderr } = runIn(PROJECT_ROOT, "npm", ["run", "policy:pack", "--", ...destination]);
  expect(stderr).to.match(/package size: \d/);
  return path.join(folder, `${PACKAGE}-${manifest.version}.tgz`);
}

/**
 * Installs a tarball into a folder, with links to what it needs.
 * @param without what is needed and left out all the same
 * @returns the folder of the package
 */
export function installPolicies(
  tarball: string,
  folder: string,
  without: readonly string[] = [],
): string {
  const modules = path.join(folder, "node_modules");
  const installed = path.join(modules, PACKAGE);
  mkdirSync(installed, { recursive: true });
  runIn(installed, "tar", ["-xzf", tarball, "--strip-components=1"]);
  for (const each of [...NEEDED, "@types/node"].filter((it) => !without.includes(it))) {
    const link = path.join(modules, each);
    mkdirSync(path.dirname(link), { recursive: true });
    symlinkSync(path.join(PROJECT_ROOT, "node_modules", each), link, "junction");
  }
  return installed;
}

/** Runs a program that has to succeed. */
export function runIn(cwd: string, command: string, args: readonly string[]) {
  const { status, error, stdout, stderr } = spawnSync(command, args, {
    cwd,
    encoding: "utf8",
    shell: process.platform === "win32",
  });
  expect(error, command).to.equal(undefined);
  expect(status, stderr + stdout).to.equal(0);
  return { stdout, stderr };
}
