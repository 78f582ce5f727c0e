import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { text } from "node:stream/consumers";
import { expect } from "chai";
import { PROJECT_ROOT } from "../../support/project";

interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Starts the command line as `npm run local` does. */
function start(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  return spawn(process.execPath, ["--import", "tsx", "local/run/cli.ts", ...args], {
    cwd: PROJECT_ROOT,
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
}

/** Runs it to its end. */
async function run(...args: string[]): Promise<Finished> {
  const child = start(args);
  const exit = new Promise<number | null>((resolve) => child.once("close", resolve));
  const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), exit]);
  return { code, stdout, stderr };
}

/** Variables that make a folder the temporary one, and keep the cache in it too. */
function within(folder: string): NodeJS.ProcessEnv {
  return { TMPDIR: folder, XDG_CACHE_HOME: path.join(folder, "cache") };
}

/** What was left in the temporary folder; the TypeScript loader keeps what it compiled there. */
function leftovers(folder: string): string[] {
  return readdirSync(folder).filter((name) => name !== "cache" && !name.startsWith("tsx-"));
}

describe("npm run local", function () {
  this.timeout(240_000);

  it("lists options and exit codes with --help", async () => {
    const { code, stdout } = await run("--help");

    expect(code).to.equal(0);
    for (const part of [
      "--archive",
      "--images",
      "--classes",
      "--keep",
      "--config",
      "--policy-config",
      "--fault",
      "create-fails",
      "Exit codes:",
    ]) {
      expect(stdout).to.include(part);
    }
  });

  it("refuses wrong options with exit code 2 and the reason", async () => {
    const cases = [
      [["--images", "none"], "whole number"],
      [["--unknown"], "--unknown"],
      [["--fault", "everything"], "create-fails, create-hangs, update-rolls-back"],
      [["--config", "capture"], "sets nothing"],
      [["--stack", "absent"], 'There is no stack "absent"'],
      [["--config", "endpoint.capure=100"], "capure"],
      [["--policy-config", "absent.json"], "PolicyPackConfigError: absent.json cannot be read"],
      [["--policy-config", "package.json"], "package.json is not valid"],
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

  for (const [stage, flags, said] of [
    ["deploy", [], /^$/],
    ["classify", ["--keep"], /^\s*Watch it live: http:\/\/127\.0\.0\.1:\d+\s*$/],
  ] as const) {
    const how = [stage, ...flags].join(" with ");
    it(`ends soon and leaves nothing behind when it is interrupted in ${how}`, async () => {
      // Prepare
      const scratch = mkdtempSync(path.join(tmpdir(), "interrupted-"));
      try {
        const child = start(
          [...flags, "--config", "training.epochs=1", "--config", "training.accuracyFloor=0"],
          within(scratch),
        );
        const closed = once(child, "close");
        const stdout = text(child.stdout);
        let printed = "";
        let interrupted = 0;
        child.stderr.on("data", (chunk: Buffer) => {
          printed += chunk.toString();
          if (interrupted === 0 && printed.includes(`s  ${stage}\n`)) {
            interrupted = Date.now();
            setTimeout(() => child.kill("SIGINT"), 500);
          }
        });

        // Act
        const [code] = (await closed) as [number | null];

        // Assess
        expect(code, printed).to.equal(130);
        expect(Date.now() - interrupted).to.be.lessThan(10_000);
        expect(await stdout).to.match(said);
        expect(leftovers(scratch)).to.deep.equal([]);
      } finally {
        rmSync(scratch, { recursive: true });
      }
    });
  }

  it("removes what a run left that was killed", async () => {
    // Prepare
    const scratch = mkdtempSync(path.join(tmpdir(), "killed-"));
    try {
      const killed = start(["--config", "training.accuracyFloor=0"], within(scratch));
      const closed = once(killed, "close");
      let printed = "";
      killed.stderr.on("data", (chunk: Buffer) => {
        printed += chunk.toString();
        if (printed.includes("Epoch[0]")) {
          killed.kill("SIGKILL");
        }
      });
      await closed;
      const left = leftovers(scratch);

      // Act
      const next = start(["--config", "endpoint.capture=99"], within(scratch));
      await once(next, "close");

      // Assess
      expect(left, printed).to.have.length(1);
      expect(leftovers(scratch)).to.deep.equal([]);
    } finally {
      rmSync(scratch, { recursive: true });
    }
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
