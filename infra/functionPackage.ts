import { createHash, randomUUID } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { BUNDLER, bundleFunction, PROJECT_ROOT, type FunctionName } from "./functionBundle";

/** The bundles cannot be kept; thrown before any resource is made. */
export class FunctionPackageError extends pulumi.RunError {
  constructor(message: string, options: ErrorOptions) {
    super(message);
    this.name = "FunctionPackageError";
    this.cause = options.cause;
  }
}

/** Where bundles are kept, from the project's folder. All of it is made again where it is missing. */
const FOLDER = "out/functions";

/** How long a bundle is kept that is no longer the current one: an update may still need it. */
const KEPT_MS = 7 * 24 * 60 * 60 * 1000;

/** Files that decide what an import leads to; some installations have no list of what is installed. */
const RESOLUTION = ["package.json", "tsconfig.json", "node_modules/.package-lock.json"];

/** From what a bundle was made, by which it is known that it need not be made again. */
const recordSchema = z.strictObject({
  bundler: z.string(),
  /** Digests of the bundle's files, by their names in it. */
  files: z.record(z.string(), z.string()),
  /** Digests of files, `null` of those that are not there. */
  inputs: z.record(z.string(), z.string().nullable()),
});

type BundleRecord = z.infer<typeof recordSchema>;

/** Where the files of a package are, from the project's folder, by their names in it. */
export type FunctionPackage = Readonly<Record<string, string>>;

/**
 * The files of a function's bundle: so Pulumi's state holds digests and paths that are the same in
 * every checkout, and not the code. A file is named after what is in it, so an update deploys what
 * it has begun with, whatever is bundled meanwhile. Bundling takes seconds, and is left out while
 * everything that went into the bundle is as it was.
 * @param project its folder; the present one unless given
 * @throws {FunctionPackageError} if the files cannot be written
 * @throws Error of esbuild if the function does not build
 */
export function packageFunction(name: FunctionName, project = PROJECT_ROOT): FunctionPackage {
  const files = new ProjectFiles(project);
  const recordFile = `${FOLDER}/${name}.json`;
  const known = currentRecord(recordFile, name, files);
  if (known !== undefined) {
    return packageOf(name, known);
  }
  const bundle = bundleFunction(name, project);
  const inputs = [...RESOLUTION, ...bundle.inputs].map((file) => [file, files.digest(file)]);
  const record: BundleRecord = {
    bundler: BUNDLER,
    files: Object.fromEntries([...bundle.files].map(([file, content]) => [file, digest(content)])),
    inputs: Object.fromEntries(inputs),
  };
  const kept = packageOf(name, record);
  try {
    for (const [file, content] of bundle.files) {
      files.write(kept[file] as string, content);
    }
    files.write(recordFile, JSON.stringify(record));
    files.removeOutdated(new RegExp(`^${name}-[0-9a-f]+[.]\\w+$`));
  } catch (cause) {
    const folder = path.join(project, FOLDER);
    throw new FunctionPackageError(
      `The bundle of ${name} cannot be kept in ${folder} (${String(cause)}): make it writable`,
      { cause },
    );
  }
  return kept;
}

/** What is known of a bundle that is still right, and still there; else it is made again. */
function currentRecord(
  recordFile: string,
  name: FunctionName,
  files: ProjectFiles,
): BundleRecord | undefined {
  const record = recordSchema.safeParse(parsed(files.read(recordFile))).data;
  if (record?.bundler !== BUNDLER) {
    return undefined;
  }
  const kept = Object.entries(packageOf(name, record));
  const isCurrent =
    kept.every(([file, at]) => files.digest(at) === record.files[file]) &&
    Object.entries(record.inputs).every(([file, known]) => files.digest(file) === known);
  if (!isCurrent) {
    return undefined;
  }
  kept.forEach(([, at]) => files.touch(at));
  return record;
}

function parsed(json: Buffer | undefined): unknown {
  try {
    return JSON.parse(String(json));
  } catch {
    return undefined;
  }
}

function packageOf(name: FunctionName, { files }: Pick<BundleRecord, "files">): FunctionPackage {
  return Object.fromEntries(
    Object.entries(files).map(([file, digested]) => [
      file,
      `${FOLDER}/${name}-${digested.slice(0, 16)}${path.extname(file)}`,
    ]),
  );
}

function digest(content: Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}

/** Files by their path from the project's folder. */
class ProjectFiles {
  constructor(private readonly project: string) {}

  read(file: string): Buffer | undefined {
    try {
      return fs.readFileSync(this.absolute(file));
    } catch {
      return undefined;
    }
  }

  digest(file: string): string | null {
    const content = this.read(file);
    return content === undefined ? null : digest(content);
  }

  /** Whole or not at all; others who write it at the same time write the same. */
  write(file: string, content: string | Uint8Array): void {
    const partial = this.absolute(`${file}.${randomUUID()}`);
    fs.mkdirSync(path.dirname(partial), { recursive: true });
    try {
      fs.writeFileSync(partial, content);
      fs.renameSync(partial, this.absolute(file));
    } finally {
      fs.rmSync(partial, { force: true });
    }
  }

  /** Who uses a file keeps it from being outdated; who may only read it cannot, and uses it still. */
  touch(file: string): void {
    const now = new Date();
    try {
      fs.utimesSync(this.absolute(file), now, now);
    } catch (error) {
      if (!["EACCES", "EPERM", "EROFS"].includes((error as NodeJS.ErrnoException).code ?? "")) {
        throw error;
      }
    }
  }

  removeOutdated(names: RegExp): void {
    for (const name of fs.readdirSync(this.absolute(FOLDER)).filter((each) => names.test(each))) {
      const file = this.absolute(`${FOLDER}/${name}`);
      // Another run may have removed it just now.
      const used = fs.statSync(file, { throwIfNoEntry: false })?.mtimeMs;
      if (used !== undefined && Date.now() - used > KEPT_MS) {
        fs.rmSync(file, { force: true });
      }
    }
  }

  private absolute(file: string): string {
    return path.join(this.project, file);
  }
}
