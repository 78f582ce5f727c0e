import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { PROJECT_ROOT, type Bundle, type FunctionName } from "../../infra/functionBundle";

/**
 * Prints the files of a bundle as JSON, with their contents in base64. What a bundle was has
 * changed: a text, a text and its inputs, files.
 */
const BUNDLER = `
  const [project, name] = process.argv.slice(1);
  const bundle = require(project + "/infra/functionBundle.ts").bundleFunction(name);
  const files = bundle.files ?? [["index.mjs", Buffer.from(bundle.text ?? bundle)]];
  const encoded = [...files].map(([file, bytes]) => [file, Buffer.from(bytes).toString("base64")]);
  process.stdout.write(JSON.stringify(encoded));
`;

/** The functions as they were. */
export interface EarlierProject {
  /** Makes a function's files with the bundler of then; undefined if there was no such function. */
  readonly bundle: (name: FunctionName) => Bundle["files"] | undefined;
  /** Makes of an event of today one of then: images had no versions once. */
  readonly translate: (event: object) => object;
}

/**
 * Unpacks the project as a commit has it, with the packages that are installed now.
 * @param folder for it
 * @throws Error if there is no such commit, for example in a shallow clone
 */
export function earlierProject(commit: string, folder: string): EarlierProject {
  const project = join(folder, "earlier");
  mkdirSync(project);
  const archive = execFileSync("git", ["archive", commit], {
    cwd: PROJECT_ROOT,
    maxBuffer: 1 << 30,
  });
  execFileSync("tar", ["-x", "-C", project], { input: archive });
  symlinkSync(join(PROJECT_ROOT, "node_modules"), join(project, "node_modules"));
  const bundle = (name: FunctionName) => {
    if (!existsSync(join(project, "functions", name, "handler.ts"))) {
      return undefined;
    }
    const options = ["--require", require.resolve("tsx/cjs"), "-e", BUNDLER, project, name];
    const json = execFileSync(process.execPath, options, {
      cwd: project,
      encoding: "utf8",
      maxBuffer: 1 << 30,
    });
    const files = JSON.parse(json) as [file: string, base64: string][];
    return new Map(files.map(([file, base64]) => [file, Buffer.from(base64, "base64")]));
  };
  const events = readFileSync(join(project, "functions/shared/events.ts"), "utf8");
  const translate = (event: object) =>
    events.includes("versionId") ? event : withoutVersions(event);
  return { bundle, translate };
}

function withoutVersions(event: object): object {
  const isKnown = (key: string, value: unknown) => (key === "versionId" ? undefined : value);
  return JSON.parse(JSON.stringify(event, isKnown)) as object;
}
