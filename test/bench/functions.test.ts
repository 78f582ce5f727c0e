import { existsSync, readdirSync } from "node:fs";
import * as path from "node:path";
import { expect } from "chai";
import { runNodeProgram } from "../support/nodeProgram";
import { PROJECT_ROOT } from "../support/project";

const FUNCTIONS = path.join(PROJECT_ROOT, "functions");

describe("npm run bench -- functions", () => {
  it("starts every function that somebody waits for, beside a plain and an empty one", async function () {
    this.timeout(120_000);

    const { code, stdout, stderr } = await runNodeProgram(
      "bench/index.ts",
      ["functions", "--rounds", "1"],
      process.env,
    );

    expect(code, stderr).to.equal(0);
    const awaited = readdirSync(FUNCTIONS).filter(
      (name) => name !== "monitor-drift" && existsSync(path.join(FUNCTIONS, name, "handler.ts")),
    );
    expect(
      stdout.split("\n").flatMap((line) => /^\| ([\w-]+, [\w ]+) \|/.exec(line)?.[1] ?? []),
    ).to.include.members(
      awaited.flatMap((name) =>
        ["ours", "plain node_modules", "empty handler"].map((kind) => `${name}, ${kind}`),
      ),
    );
  });
});
