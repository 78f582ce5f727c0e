/**
 * `npm run screenshots`: the pictures in the README, of a run of `npm run local` that is made for
 * them: its output, recorded, and its report in Chromium. Arguments are handed on.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { performance } from "node:perf_hooks";
import { pathToFileURL } from "node:url";
import { Command } from "commander";
import { launchChromium } from "../support/browser";
import { PROJECT_ROOT } from "../support/project";
import { recordingSvg, type Printed } from "./recording";

const IMAGES = path.join(PROJECT_ROOT, "docs", "images");
/** Pictures are in every clone. */
const MOST_BYTES = 200_000;

async function main(): Promise<void> {
  const { args } = new Command("npm run screenshots")
    .description(
      "Makes the pictures in docs/images anew, of a run of `npm run local`; takes Chromium.",
    )
    .argument("[options...]", "of that run, as `npm run local -- --help` lists them")
    .allowUnknownOption()
    .parse();
  await mkdir(IMAGES, { recursive: true });
  const printed = await runLocal(args);
  const command = ["npm run local", ...(args.length > 0 ? ["--", ...args] : [])].join(" ");
  await keep("local.svg", Buffer.from(withoutTemporary(recordingSvg(command, printed))));
  await photograph(path.join(PROJECT_ROOT, "out", "report.html"));
}

/** @throws Error when the run fails */
async function runLocal(args: readonly string[]): Promise<readonly Printed[]> {
  const printed: Printed[] = [];
  const started = performance.now();
  const program = path.join("local", "run", "cli.ts");
  const child = spawn(process.execPath, ["--import", "tsx", program, ...args], {
    cwd: PROJECT_ROOT,
    stdio: ["ignore", "pipe", "pipe"],
  });
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      process.stderr.write(text);
      printed.push({ at: (performance.now() - started) / 1000, text });
    });
  }
  const [code] = (await once(child, "close")) as [number | null];
  if (code !== 0) {
    throw new Error(`npm run local ended with ${String(code)}: there is nothing to show`);
  }
  return printed;
}

/** Without the names of temporary folders, which tell of the machine and of this run alone. */
function withoutTemporary(text: string): string {
  const [before = "", ...parts] = text.split(`${tmpdir()}/`);
  return [before, ...parts.map((part) => part.replace(/^[\w.-]+/, ""))].join("(temporary)");
}

async function photograph(report: string): Promise<void> {
  const browser = await launchChromium();
  if (browser === undefined) {
    throw new Error("There is no Chromium; CHROMIUM names one");
  }
  try {
    for (const scheme of ["light", "dark"] as const) {
      const page = await browser.newPage({
        viewport: { width: 1280, height: 1330 },
        colorScheme: scheme,
      });
      await page.goto(pathToFileURL(report).href);
      await keep(`report-${scheme}.png`, await page.screenshot());
      await keep(`machine-${scheme}.png`, await page.locator("#machine").screenshot());
      await page.close();
    }
  } finally {
    await browser.close();
  }
}

async function keep(name: string, content: Buffer): Promise<void> {
  const file = path.join(IMAGES, name);
  await writeFile(file, content);
  const { size } = await stat(file);
  process.stdout.write(`${path.relative("", file)}  ${(size / 1000).toFixed(0)} kB\n`);
  if (size > MOST_BYTES) {
    throw new Error(`${name} has ${String(size)} bytes, more than ${String(MOST_BYTES)}`);
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
