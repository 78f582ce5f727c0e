import { expect } from "chai";
import type { PreflightReport } from "../../contract/preflight";
import type { Cloud } from "../../local/cloud";
import { startCloud } from "../local/pulumi/resources/support";
import { runNodeProgram } from "../support/nodeProgram";

/** What every program needs; nothing of AWS is in it. */
const BARE = { PATH: process.env["PATH"], NODE_NO_WARNINGS: "1" };

const doctor = (environment: NodeJS.ProcessEnv, ...args: readonly string[]) =>
  runNodeProgram("doctor/cli.ts", args, { ...BARE, ...environment });

describe("npm run doctor", () => {
  let cloud: Cloud;
  before(async () => {
    cloud = await startCloud();
  });
  after(() => cloud.stop());

  it("passes for each stack in the local cloud, and reports as JSON", async () => {
    for (const stack of ["dev", "prod"]) {
      // Act
      const { stdout, stderr, code } = await doctor(
        cloud.deployerEnvironment(),
        ...["--stack", stack, "--json"],
      );

      // Assess
      expect(stderr).to.equal("");
      const { checks } = JSON.parse(stdout) as PreflightReport;
      expect(checks.filter(({ status }) => status === "failed")).to.deep.equal([]);
      expect(checks.find(({ check }) => check === "endpoint name")?.message).to.equal(
        `ml-workflow-aws-${stack}`,
      );
      expect(code).to.equal(0);
    }
  });

  it("fails with what to do, also for a setting that is only tried", async () => {
    const { stdout, stderr, code } = await doctor(
      cloud.deployerEnvironment(),
      ...["--config", 'dataset.classes=["unicorn","bus"]'],
    );
    expect(stderr).to.contain('no class "unicorn"').and.to.contain("Correct dataset.classes");
    expect([stdout, code]).to.deep.equal(["", 1]);
  });

  it("says that a region has no image, beside what the other checks find", async () => {
    const { stderr, code } = await doctor(
      cloud.deployerEnvironment(),
      ...["--config", "aws:region=mx-central-1"],
    );
    expect(stderr).to.match(/failed +region +AWS keeps no image .* in mx-central-1\n.*aws:region/);
    expect(stderr).to.match(/passed +dataset/);
    expect(code).to.equal(1);
  });

  for (const [args, message] of [
    [["--stack", "absent"], /no stack "absent"/],
    [["--config", "training.epochs=0"], /training\.epochs: .* it is 0/],
    [["--config", "aws:insecure=true"], /aws:insecure .*aws:customCaBundle/],
    [["--nonsense"], /--help lists the options/],
  ] as const) {
    it(`tells ${args.join(" ")} from a failed check by its exit code`, async () => {
      const { stderr, code } = await doctor(cloud.deployerEnvironment(), ...args);
      expect(stderr).to.match(message);
      expect(code).to.equal(2);
    });
  }

  it("says how it is used, and what its exit codes mean", async () => {
    const { stdout, code } = await doctor({}, "--help");
    expect(stdout).to.contain("--stack").and.to.contain("Exit codes:");
    expect(code).to.equal(0);
  });
});
