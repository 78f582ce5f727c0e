/**
 * A sample of the changes that mutation testing makes, over the whole pack: as many of each folder as
 * its part of all of them, drawn by a seed, so that the same seed draws the same.
 */
import { readFileSync } from "node:fs";
import * as path from "node:path";
import { pathToFileURL } from "node:url";
import ts from "typescript";
import { wilsonInterval } from "../../common/statistics";
import { randomNumbers } from "../etl/support/archive";
import { PROJECT_ROOT } from "../support/project";

interface Position {
  readonly line: number;
  readonly column: number;
}

/** What Stryker changes, as its instrumenter and its report have it. */
export interface Change {
  readonly mutatorName: string;
  readonly replacement: string;
  readonly location: { readonly start: Position; readonly end: Position };
}

interface Drawn extends Change {
  /** Below the project. */
  readonly file: string;
}

/** What became of a change, and those of the same kind. */
interface Outcome extends Change {
  readonly status: string;
}

export interface Report {
  readonly files: Readonly<Record<string, { readonly mutants: readonly Outcome[] }>>;
}

interface Instrumenter {
  instrument(
    files: readonly { name: string; content: string; mutate: boolean }[],
    options: object,
  ): Promise<{ readonly mutants: readonly (Change & { readonly fileName: string })[] }>;
}

/** All changes to some files but those of what runs when a file is loaded. */
async function changesOf(files: readonly string[], tools: string): Promise<readonly Drawn[]> {
  const entry = path.join(tools, "node_modules/@stryker-mutator/instrumenter/dist/src/index.js");
  const { Instrumenter } = (await import(pathToFileURL(entry).href)) as {
    readonly Instrumenter: new (logger: object) => Instrumenter;
  };
  const quiet = () => undefined;
  const logger = { debug: quiet, info: quiet, warn: quiet, isDebugEnabled: () => false };
  const sources = files.map((file) => ({
    name: file,
    content: readFileSync(path.join(PROJECT_ROOT, file), "utf8"),
    mutate: true,
  }));
  const options = { excludedMutations: [], ignorers: [], plugins: null };
  const { mutants } = await new Instrumenter(logger).instrument(sources, options);
  const later = new Map(sources.map(({ name, content }) => [name, functionsOf(name, content)]));
  return mutants
    .map(({ fileName: file, mutatorName, replacement, location }) => ({
      ...{ file, mutatorName, replacement, location },
    }))
    .filter(({ file, location }) => later.get(file)?.(location.start) === true);
}

/** Whether a place, counted from 0, is in a function, which runs when a rule is asked. */
function functionsOf(name: string, content: string): (at: Position) => boolean {
  const source = ts.createSourceFile(name, content, ts.ScriptTarget.Latest, true);
  const bodies: ts.Node[] = [];
  const collect = (node: ts.Node): void => {
    if (ts.isFunctionLike(node)) {
      bodies.push(node);
    }
    node.forEachChild(collect);
  };
  collect(source);
  return ({ line, column }) => {
    const offset = ts.getPositionOfLineAndCharacter(source, line, column);
    return bodies.some((body) => body.getStart() < offset && offset < body.getEnd());
  };
}

/**
 * @param files below the project, of the whole pack
 * @param tools folder with Stryker's packages
 */
export async function drawChanges(
  files: readonly string[],
  tools: string,
  size: number,
  seed: number,
): Promise<readonly Drawn[]> {
  const all = await changesOf(files, tools);
  const folders = byFolder(all);
  const next = randomNumbers(seed);
  return [...folders.values()].flatMap((changes) => {
    const left = [...changes];
    const share = Math.max(1, Math.round((size * changes.length) / all.length));
    return Array.from({ length: Math.min(share, left.length) }, () =>
      left.splice(next() % left.length, 1),
    ).flat();
  });
}

/** `s3` of `policy/s3/bucket/requireTls.ts`. */
function byFolder<T extends Drawn>(changes: readonly T[]): ReadonlyMap<string, readonly T[]> {
  const folders = new Map<string, T[]>();
  for (const change of changes) {
    const folder = change.file.split("/")[1] ?? "";
    folders.set(folder, [...(folders.get(folder) ?? []), change]);
  }
  return folders;
}

/** For Stryker's setting `mutate`; what is within a change is changed as well. */
export function rangesOf(drawn: readonly Drawn[]): string[] {
  const at = ({ line, column }: Position) => `${line + 1}:${column}`;
  return [
    ...new Set(
      drawn.map(({ file, location }) => `${file}:${at(location.start)}-${at(location.end)}`),
    ),
  ];
}

/** Prints what was noticed of a sample, by folder and together, and what was not. */
export function printScore(drawn: readonly Drawn[], report: Report): number {
  const results = drawn.flatMap((each) => {
    const found = report.files[each.file]?.mutants.find(
      (mutant) => keyOf(mutant, 1) === keyOf(each, 0),
    );
    return found === undefined ? [] : [{ ...each, status: found.status }];
  });
  const judged = results.filter(({ status }) =>
    ["Killed", "Timeout", "Survived", "NoCoverage"].includes(status),
  );
  const isNoticed = ({ status }: { readonly status: string }) =>
    status === "Killed" || status === "Timeout";
  for (const { file, location, mutatorName, replacement } of judged.filter(
    (each) => !isNoticed(each),
  )) {
    console.log(`${file}:${location.start.line + 1}: ${mutatorName}: ${replacement}`);
  }
  for (const [folder, changes] of byFolder(judged)) {
    console.log(`${folder}: ${changes.filter(isNoticed).length} of ${changes.length}`);
  }
  const noticed = judged.filter(isNoticed).length;
  const { low, high } = wilsonInterval(noticed, judged.length);
  const percent = (share: number) => `${(100 * share).toFixed(1)}%`;
  console.log(
    `${noticed} of ${judged.length} changes noticed: ${percent(noticed / judged.length)}, with 95% ` +
      `confidence ${percent(low)} to ${percent(high)}; ${drawn.length - judged.length} could not be judged`,
  );
  return noticed / judged.length;
}

/** @param first what the first line is called */
function keyOf({ mutatorName, replacement, location }: Change, first: number): string {
  const { start, end } = location;
  return JSON.stringify([
    ...[mutatorName, replacement, start.line - first, end.line - first],
    ...[start.column - first, end.column - first],
  ]);
}
