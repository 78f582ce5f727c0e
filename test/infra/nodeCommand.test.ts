import { expect } from "chai";
import { NodeCommand } from "../../infra/nodeCommand";
import { resource } from "../support/graph";
import { deploy, REGION } from "../support/mocks";
import { valueOf } from "../support/outputs";

const ARGS = { script: "etl/cli.ts", arguments: ["run", "--bucket", "a b"], triggers: ["t"] };

describe("NodeCommand", () => {
  it("runs a program of ours without a shell, and passes its progress on", async () => {
    // Act
    const { resources } = await deploy(() => new NodeCommand("etl", ARGS));

    // Assess
    const command = resource(resources, "command:local:Command", "etl");
    expect(command.inputs).to.deep.equal({
      interpreter: ["node", "--import", "tsx", "etl/cli.ts", "run", "--bucket"],
      create: "a b",
      environment: { AWS_REGION: REGION, ML_WORKFLOW_AWS_IDENTITY: "{}" },
      logging: "stderr",
      triggers: ["t"],
    });
  });

  it("holds what the program printed on standard output", async () => {
    const { value } = await deploy(() => new NodeCommand("etl", ARGS), {
      outputs: () => ({ stdout: "printed" }),
    });
    expect(await valueOf(value.stdout)).to.equal("printed");
  });

  it("refuses a program without arguments, which the resource could not run", async () => {
    const outcome = await deploy(() => new NodeCommand("etl", { ...ARGS, arguments: [] })).catch(
      String,
    );
    expect(outcome).to.contain("etl/cli.ts needs at least one argument");
  });
});
