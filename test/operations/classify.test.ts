import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { expect } from "chai";
import { Cloud } from "../../local/cloud";
import { trust } from "../local/pulumi/resources/support";
import { runNodeProgram } from "../support/nodeProgram";
import { PRICE } from "../support/price";
import { PROJECT_ROOT } from "../support/project";

const BUCKET = "inference";

describe("the table of npm run classify", () => {
  let cloud: Cloud;
  let folder: string;

  beforeEach(async () => {
    cloud = await Cloud.start({ region: "us-east-1", projectRoot: PROJECT_ROOT });
    cloud.s3.createBucket(BUCKET);
    cloud.s3.setVersioning(BUCKET, "Enabled");
    cloud.authority.putRole(cloud.roleArn("workflow"), trust("states.amazonaws.com"));
    folder = await mkdtemp(path.join(tmpdir(), "classify-"));
  });
  afterEach(async () => {
    await cloud.stop();
    await rm(folder, { recursive: true, force: true });
  });

  /** Classifies one picture by a workflow that does nothing but end. */
  async function classify(end: object) {
    const stateMachineArn = cloud.arn("states", "stateMachine:workflow");
    const definition = JSON.stringify({ StartAt: "End", States: { End: end } });
    const roleArn = cloud.roleArn("workflow");
    cloud.stepFunctions.putStateMachine({
      ...{ arn: stateMachineArn, name: "workflow", roleArn, definition },
    });
    const [outputs, picture] = ["outputs.json", "a.png"].map((name) => path.join(folder, name));
    const told = {
      ...{ endpointName: "unused", inferenceBucket: BUCKET, stateMachineArn },
      priceEstimate: PRICE,
    };
    await writeFile(outputs as string, JSON.stringify(told));
    await writeFile(picture as string, "a picture");
    return runNodeProgram(
      "operations/classify/cli.ts",
      ["--outputs", outputs as string, "--out", path.join(folder, "out.csv"), picture as string],
      {
        ...{ PATH: process.env["PATH"], NODE_NO_WARNINGS: "1" },
        ...cloud.deployerEnvironment(),
      },
    );
  }

  it("says of images that an execution which failed has not come to how to go on with them", async () => {
    const { stdout, code } = await classify({
      Type: "Fail",
      Error: "TooMany",
      Cause: "it is full",
    });

    expect(stdout).to.match(/^not known +1 .* the same command again goes on with them$/m);
    expect(stdout).to.contain("The execution failed: TooMany: it is full");
    expect(code).to.equal(4);
  });

  it("says of images that somebody has taken and left who finds them", async () => {
    const { stdout, code } = await classify({ Type: "Succeed" });

    expect(stdout).to.match(/^not known +1 .* `npm run replay -- --missing` looks into it$/m);
    expect(code).to.equal(4);
  });
});
