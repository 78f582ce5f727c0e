import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { text } from "node:stream/consumers";
import { expect } from "chai";
import { runNodeProgram } from "../support/nodeProgram";
import { PRICE } from "../support/price";
import { PROJECT_ROOT } from "../support/project";
import { withServer } from "../support/awsServer";

const OUTPUTS = {
  endpointName: "endpoint",
  inferenceBucket: "theirs",
  stateMachineArn: "arn:aws:states:eu-west-1:000000000000:stateMachine:workflow",
  priceEstimate: PRICE,
};
const NOTHING = Buffer.from(
  "<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>",
);

describe("the workflow of a stack", () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "stack-"));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  /** Lists failures, with a `pulumi` that is this shell script. */
  async function list(pulumi: string | undefined, ...args: readonly string[]) {
    if (pulumi !== undefined) {
      await writeFile(path.join(folder, "pulumi"), `#!/bin/sh\n${pulumi}\n`);
      await chmod(path.join(folder, "pulumi"), 0o755);
    }
    return withServer([{ status: 200, body: NOTHING }], async ({ environment, requests }) => {
      const PATH = pulumi === undefined ? folder : `${folder}:/usr/bin:/bin`;
      const ended = await runNodeProgram("operations/replay/cli.ts", ["--list", ...args], {
        ...environment,
        PATH,
      });
      return { ...ended, requests };
    });
  }
  const printed = (value: unknown) => `cat <<'END'\n${JSON.stringify(value)}\nEND`;

  it("is what Pulumi's CLI says of it", async () => {
    // Act
    const { code, stdout, stderr, requests } = await list(printed(OUTPUTS), "--stack", "dev");

    // Assess
    expect(code, stderr).to.equal(0);
    expect(stdout).to.contain("0 images without a verdict");
    expect(requests.map(({ path: asked }) => asked)).to.deep.equal([
      "/theirs/?list-type=2&prefix=failed%2F",
    ]);
  });

  for (const [title, pulumi, code, text] of [
    ["without Pulumi's CLI", undefined, 1, "install Pulumi's CLI, or give --outputs FILE"],
    ["in Pulumi's own words", "echo no such stack >&2; exit 255", 1, "no such stack"],
    ["when it was never deployed", printed({}), 1, "has not the outputs of this program"],
  ] as const) {
    it(`is refused ${title}`, async () => {
      const ended = await list(pulumi, "--stack", "dev");

      expect(ended.code).to.equal(code);
      expect(ended.stderr).to.contain("StackOutputsError").and.to.contain(text);
    });
  }

  it("is told of to nobody who has read enough, and without a complaint", async () => {
    // Prepare: a reader that is gone before the first word
    const args = ["--import", "tsx", "operations/replay/cli.ts", "--help"];
    const child = spawn(process.execPath, args, { cwd: PROJECT_ROOT });
    child.stdout.destroy();

    // Act
    const [complaint] = await Promise.all([text(child.stderr), once(child, "close")]);

    // Assess
    expect(complaint).to.equal("");
    expect(child.exitCode).to.equal(0);
  });

  for (const args of [
    ["--stack", "dev"],
    ["-c", "aws:profile=admin"],
  ]) {
    it(`is that of a file or of a stack: --outputs takes no ${args[0]}`, async () => {
      const { code, stderr } = await list(undefined, "--outputs", "outputs.json", ...args);

      expect(code).to.equal(2);
      expect(stderr).to.contain("--outputs takes no --stack and no --config");
    });
  }

  it("has to be named", async () => {
    const { code, stderr } = await list(printed(OUTPUTS));

    expect(code).to.equal(2);
    expect(stderr).to.contain("give --stack NAME, or --outputs FILE");
  });
});
