import { execFileSync } from "node:child_process";
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
} from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { Command } from "commander";
import { dependencies } from "../package.json";
import { installPackages } from "./packages";
import { parseCount, print, table } from "./table";

/** What could draw the report's charts without a browser, by the name that the script knows. */
const LIBRARIES = {
  linkedom: [ofOurs("@observablehq/plot"), ofOurs("linkedom")],
  jsdom: [ofOurs("@observablehq/plot"), "jsdom@29.1.1"],
  echarts: ["echarts@6.1.0"],
  vega: ["vega@6.4.0", "vega-lite@6.4.3"],
} as const;

interface Measured {
  /** Milliseconds. */
  readonly load: number;
  readonly draw: number;
  readonly processors: number;
  /** Of all charts together. */
  readonly bytes: number;
  /** Bytes at the peak. */
  readonly memory: number;
}

/**
 * What libraries that draw charts on a server cost: installed size, and time to load one and draw three
 * charts in a fresh process. Installs what is not a dependency, with npm, into a folder that is removed.
 */
export function benchCharts(args: readonly string[]): Promise<void> {
  const { rounds } = new Command("bench charts")
    .description("Draws the same three charts with each library that needs no browser for it.")
    .option("--rounds <n>", "fresh processes, of which the median counts", parseCount, 5)
    .parse([...args], { from: "user" })
    .opts<{ rounds: number }>();
  const folder = mkdtempSync(path.join(tmpdir(), "charts-"));
  try {
    const rows = Object.entries(LIBRARIES).map(([name, packages]) => {
      const project = path.join(folder, name);
      mkdirSync(project);
      const installed = installPackages(packages, project);
      const script = path.join(project, "measure.mjs");
      copyFileSync(path.join(__dirname, "charts", "measure.mjs"), script);
      const measured = Array.from({ length: rounds }, () => measure(script, name));
      const median = (of: (one: Measured) => number) =>
        measured.map(of).sort((one, other) => one - other)[Math.floor(rounds / 2)] ?? 0;
      return [
        packages.join(" + "),
        `${megabytes(sizeOfTree(installed))} MB`,
        String(countPackages(project)),
        ...[median(({ load }) => load), median(({ draw }) => draw)].map(milliseconds),
        milliseconds(median(({ processors }) => processors)),
        `${megabytes(median(({ memory }) => memory))} MB`,
        `${(median(({ bytes }) => bytes) / 1000).toFixed(0)} kB`,
      ];
    });
    print(
      table(
        ["library", "installed", "packages", "load", "draw", "CPU in all", "peak memory", "SVG"],
        rows,
      ),
    );
    return Promise.resolve();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function measure(script: string, name: string): Measured {
  const line = execFileSync(process.execPath, [script, name], {
    cwd: path.dirname(script),
    encoding: "utf8",
  });
  return JSON.parse(line) as Measured;
}

/** Packages of a project, with those that they need. */
function countPackages(project: string): number {
  const { packages } = JSON.parse(
    readFileSync(path.join(project, "package-lock.json"), "utf8"),
  ) as { readonly packages: Readonly<Record<string, unknown>> };
  // The empty name is the project's own.
  return Object.keys(packages).filter((name) => name !== "").length;
}

function sizeOfTree(folder: string): number {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => statSync(path.join(folder, name)))
    .reduce((sum, entry) => sum + (entry.isFile() ? entry.size : 0), 0);
}

function ofOurs(name: keyof typeof dependencies): string {
  return `${name}@${dependencies[name]}`;
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(0);
}

function milliseconds(value: number): string {
  return `${value.toFixed(0)} ms`;
}
