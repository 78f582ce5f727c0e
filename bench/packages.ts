import { spawnSync } from "node:child_process";
import { join } from "node:path";

/**
 * Installs packages with npm into a folder of their own: what is only compared with is no dependency.
 * @param packages with their versions
 * @param folder an existing, empty one
 * @returns the packages' folder
 * @throws Error if they cannot be had
 */
export function installPackages(packages: readonly string[], folder: string): string {
  const npm = process.env["npm_execpath"];
  if (npm === undefined) {
    throw new Error("Start this with npm, which installs what is compared");
  }
  const options = ["--prefix", folder, "--no-audit", "--no-fund", "--ignore-scripts"];
  const command = [npm, "install", ...options, ...packages];
  const { status, stderr } = spawnSync(process.execPath, command, {
    cwd: folder,
    encoding: "utf8",
  });
  if (status !== 0) {
    throw new Error(`${packages.join(", ")} cannot be installed: ${stderr}`);
  }
  return join(folder, "node_modules");
}
