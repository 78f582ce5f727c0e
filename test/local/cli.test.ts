import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { text } from "node:stream/consumers";
import { expect } from "chai";

const PROJECT_ROOT = path.resolve(__dirname, "../..");

interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command line as `npm run local` does. */
async function run(...args: string[]): Promise<Finished> {
  const child = spawn(process.execPath, ["--import", "tsx", "local/cli.ts", ...args], {
    cwd: PROJECT_ROOT,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const exit = new Promise<number | null>((resolve) => child.once("close", resolve));
  const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), exit]);
  return { code, stdout, stderr };
}

describe("npm run local", function () {
  this.timeout(60_000);

  it("lists options and exit codes with --help", async () => {
    const { code, stdout } = await run("--help");

    expect(code).to.equal(0);
    for (const part of [
      "--archive",
      "--images",
      "--classes",
      "--keep",
      "--config",
      "Exit codes:",
    ]) {
      expect(stdout).to.include(part);
    }
  });

  it("refuses wrong options with exit code 2 and the reason", async () => {
    const cases = [
      [["--images", "none"], "whole number"],
      [["--unknown"], "--unknown"],
      [["--config", "capture"], "sets nothing"],
      [["--stack", "absent"], 'There is no stack "absent"'],
      [["--config", "endpoint.capure=100"], "capure"],
    ] as const;
    const results = await Promise.all(cases.map(([args]) => run(...args)));

    for (const [index, [args, reason]] of cases.entries()) {
      expect(results[index]?.code, args.join(" ")).to.equal(2);
      expect(results[index]?.stderr).to.include(reason);
    }
  });

  it("ends with exit code 3, the policy, the reason and the fix when a policy refuses", async () => {
    const { code, stdout, stderr } = await run("--config", "endpoint.capture=99");

    expect(code).to.equal(3);
    expect(stdout).to.equal("");
    expect(stderr)
      .to.match(/Policy sagemaker-endpoint-configuration-require-full-sampling \(mandatory\)/)
      .and.include("Reason:")
      .and.include("Fix:");
  });

  it("writes what it prints: the report as text, as JSON and as a page", async () => {
    // Prepare
    const out = mkdtempSync(path.join(tmpdir(), "out-"));
    try {
      // Act
      const { code, stdout, stderr } = await run(
        ...["--out", out, "--images", "9", "--config", "training.epochs=1"],
        ...["--config", "training.accuracyFloor=0"],
      );

      // Assess
      expect(code, stderr).to.equal(0);
      const summary = JSON.parse(readFileSync(path.join(out, "summary.json"), "utf8")) as {
        classification: { images: number; correct: number };
      };
      expect(summary.classification.images).to.equal(9);
      expect(stdout).to.include(`${summary.classification.correct} of 9`);
      expect(readFileSync(path.join(out, "report.html"), "utf8")).to.match(/^<!doctype html>/);
    } finally {
      rmSync(out, { recursive: true });
    }
  });
});
