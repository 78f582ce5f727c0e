import { spawnSync } from "node:child_process";
import { expect } from "chai";
import { runNodeProgram } from "../support/nodeProgram";

const PYTHON = process.env["PYTHON"] ?? "python3";

describe("npm run bench -- captures", () => {
  it("finds the same with both readers, and says so", async function () {
    this.timeout(120_000);
    if (spawnSync(PYTHON, ["--version"]).status !== 0) {
      console.warn(`      ${PYTHON} is not there: set PYTHON to one`);
      this.skip();
    }

    const { code, stdout, stderr } = await runNodeProgram(
      "bench/index.ts",
      ["captures", "--records", "1500"],
      process.env,
    );

    expect(code, stderr).to.equal(0);
    expect(stdout).to.match(/^1500 records, 0\.0 GB; both find the same sums$/m);
  });
});
