import { buildSync } from "esbuild";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { PROJECT_ROOT, type FunctionName } from "../../infra/functionBundle";

/** A function as a plain zip has it: its own code, and beside it the packages as they are. */
export interface PlainFunction {
  /** CommonJS: what `tsc` makes of a function, but in one file. */
  readonly text: string;
  /** Bytes of the code and of all its packages with theirs, unpacked. */
  readonly size: number;
}

/** Compiles a function's own TypeScript and leaves its imports of packages as they are. */
export function plainFunction(name: FunctionName): PlainFunction {
  const { outputFiles, metafile } = buildSync({
    absWorkingDir: PROJECT_ROOT,
    entryPoints: [`functions/${name}/handler.ts`],
    bundle: true,
    packages: "external",
    platform: "node",
    format: "cjs",
    target: "node20",
    write: false,
    metafile: true,
  });
  const text = outputFiles.map((file) => file.text).join("");
  const imports = Object.values(metafile.outputs).flatMap((output) => output.imports);
  const folders = new Set<string>();
  for (const { path } of imports) {
    collectPackages(packageName(path), PROJECT_ROOT, folders);
  }
  const packages = [...folders].reduce((sum, folder) => sum + sizeOf(folder), 0);
  return { text, size: Buffer.byteLength(text) + packages };
}

/** The package that a file is imported from. */
function packageName(path: string): string {
  return path.split("/", path.startsWith("@") ? 2 : 1).join("/");
}

/** Adds the folder of a package and of those that it needs, as Node.js finds them. */
function collectPackages(name: string, from: string, folders: Set<string>): void {
  const folder = findPackage(name, from);
  if (folder === undefined || folders.has(folder)) {
    return;
  }
  folders.add(folder);
  const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as {
    readonly dependencies?: Readonly<Record<string, string>>;
  };
  for (const dependency of Object.keys(manifest.dependencies ?? {})) {
    collectPackages(dependency, folder, folders);
  }
}

/** @returns undefined for Node.js's own modules, which have no folder */
function findPackage(name: string, from: string): string | undefined {
  const folder = join(from, "node_modules", name);
  if (statSync(join(folder, "package.json"), { throwIfNoEntry: false }) !== undefined) {
    return folder;
  }
  return from === dirname(from) ? undefined : findPackage(name, dirname(from));
}

/** Bytes of a folder's files, without the packages within it, which are counted by themselves. */
export function sizeOf(folder: string): number {
  return readdirSync(folder, { withFileTypes: true })
    .filter(({ name }) => name !== "node_modules")
    .reduce((sum, entry) => {
      const path = join(folder, entry.name);
      return sum + (entry.isDirectory() ? sizeOf(path) : statSync(path).size);
    }, 0);
}
