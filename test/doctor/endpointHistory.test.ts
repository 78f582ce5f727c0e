import { DescribeEndpointCommand } from "@aws-sdk/client-sagemaker";
import { expect } from "chai";
import { arnOf, ROLE, RunningSageMaker } from "../local/cloud/services/sagemaker/support";
import { allow } from "../local/pulumi/resources/support";
import { runNodeProgram } from "../support/nodeProgram";

const DEPLOYMENT = {
  BlueGreenUpdatePolicy: {
    TrafficRoutingConfiguration: { Type: "ALL_AT_ONCE", WaitIntervalInSeconds: 60 },
    TerminationWaitInSeconds: 60,
  },
  AutoRollbackConfiguration: { Alarms: [{ AlarmName: "a" }] },
};

describe("an endpoint's past", () => {
  let running: RunningSageMaker;

  beforeEach(async () => {
    running = await RunningSageMaker.start();
    for (const name of ["hosting-1", "hosting-2", "hosting-3"]) {
      await running.configure(name);
    }
    await running.sagemaker.createEndpoint("live", arnOf("endpoint/live"), "hosting-1");
    await running.sagemaker.updateEndpoint("live", "hosting-2");
    await running.sagemaker.updateEndpoint("live", "hosting-3", DEPLOYMENT);
  });

  afterEach(async () => {
    await running.stop();
    expect(running.bugs).to.deep.equal([]);
  });

  function run(command: "rollback" | "prune", ...args: readonly string[]) {
    return runIn(running.environment, command, "--endpoint", "live", ...args);
  }

  const runIn = (environment: NodeJS.ProcessEnv, command: string, ...args: string[]) =>
    runNodeProgram(`doctor/${command}.ts`, args, {
      PATH: process.env["PATH"],
      NODE_NO_WARNINGS: "1",
      ...environment,
    });

  const lastUpdate = () =>
    running.control().send(new DescribeEndpointCommand({ EndpointName: "live" }));
  const served = () => running.sagemaker.describeEndpoint("live")?.configuration.name;

  it("is listed, the newest first, and nothing is changed", async () => {
    // Act
    const { stdout, code } = await run("rollback", "--list");
    const dry = await run("rollback", "--dry-run");

    // Assess
    expect([code, dry.code]).to.deep.equal([0, 0]);
    const names = [...stdout.matchAll(/hosting-\d/g)].map(([name]) => name);
    expect(names).to.have.members(["hosting-3", "hosting-2", "hosting-1"]);
    expect(names[0]).to.equal("hosting-3");
    expect(dry.stdout).to.contain("would update live to hosting-");
    expect(served()).to.equal("hosting-3");
  });

  it("serves again after a rollback, which keeps how updates are made and says what to restore", async () => {
    // Act
    const { stdout, stderr, code } = await run("rollback", "--to", "hosting-1");

    // Assess
    expect([stderr, code]).to.deep.equal(["", 0]);
    expect(served()).to.equal("hosting-1");
    expect(stdout).to.contain("models/hosting-1").and.to.contain("git log --before=");
    const { LastDeploymentConfig } = await lastUpdate();
    expect(LastDeploymentConfig).to.deep.equal(DEPLOYMENT);
  });

  it("is not reached when an alarm vetoes, which is told with the way around it", async () => {
    // Prepare
    running.sagemaker.arrangeFault("update-rolls-back");

    // Act
    const vetoed = await run("rollback", "--to", "hosting-2");
    const stayed = served();
    running.sagemaker.arrangeFault("update-rolls-back");
    const forced = await run("rollback", "--to", "hosting-2", "--ignore-alarms");

    // Assess
    expect(vetoed.code).to.equal(1);
    expect(vetoed.stderr).to.contain("RollbackFailedError").and.to.contain("--ignore-alarms");
    expect(forced.stderr).to.equal("");
    expect([stayed, forced.code, served()]).to.deep.equal(["hosting-3", 0, "hosting-2"]);
    const { LastDeploymentConfig } = await lastUpdate();
    expect(LastDeploymentConfig).to.deep.equal({
      BlueGreenUpdatePolicy: DEPLOYMENT.BlueGreenUpdatePolicy,
    });
  });

  it("is not gone back to where it was in another network, and nothing is begun", async () => {
    // Prepare
    running.network.createVpc("vpc-1", ["subnet-1"]);
    running.network.createSecurityGroup("sg-1", "vpc-1");
    running.authority.putRolePolicy(ROLE, "network", allow("ec2:*", "*"));
    const placement = { subnetIds: ["subnet-1"], securityGroupIds: ["sg-1"] };
    await running.configure("hosting-4", placement);
    await running.sagemaker.updateEndpoint("live", "hosting-4");

    // Act
    const { stderr, code } = await run("rollback", "--to", "hosting-3");

    // Assess
    expect(code).to.equal(1);
    expect(stderr).to.contain(
      "OtherNetworkError: hosting-3 is in another network (none) than hosting-4 (sg-1, subnet-1)",
    );
    expect(served()).to.equal("hosting-4");
    expect(running.network.names.interfaces).to.deep.equal(["endpoint/live 4"]);
  });

  it("is pruned down to what is to be kept, and never of what is in use", async () => {
    // Act
    const dry = await run("prune", "--keep", "0", "--dry-run");
    const all = running.sagemaker.names;
    const { stdout, code } = await run("prune", "--keep", "0");

    // Assess
    expect(dry.stdout).to.contain("would remove hosting-1 and hosting-1");
    expect(all.endpointConfigurations).to.have.length(3);
    expect([code, stdout.includes("kept hosting-3")]).to.deep.equal([0, true]);
    expect(running.sagemaker.names).to.deep.include({
      models: ["hosting-3"],
      endpointConfigurations: ["hosting-3"],
    });
  });

  it("is pruned where there is no endpoint any more, of nothing that another one is using", async () => {
    // Prepare
    await running.sagemaker.createEndpoint("other", arnOf("endpoint/other"), "hosting-1");
    await running.sagemaker.deleteEndpoint("live");

    // Act
    const unknown = await run("prune", "--keep", "0");
    const { stderr, code } = await run("prune", "--keep", "0", "--configuration", "hosting-2");

    // Assess
    expect(unknown.code).to.equal(2);
    expect(unknown.stderr)
      .to.contain("There is no endpoint live")
      .and.to.contain("--configuration");
    expect([stderr, code]).to.deep.equal(["", 0]);
    expect(running.sagemaker.names).to.deep.include({
      models: ["hosting-1", "hosting-2"],
      endpointConfigurations: ["hosting-1", "hosting-2"],
    });
  });

  it("is reached as the stack's config has the provider do, or not at all", async () => {
    // Prepare
    const name = "ml-workflow-aws-dev";
    await running.sagemaker.createEndpoint(name, arnOf(`endpoint/${name}`), "hosting-1");
    const { AWS_ENDPOINT_URL, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } =
      running.environment;
    const endpoints = JSON.stringify([{ sagemaker: AWS_ENDPOINT_URL, sts: AWS_ENDPOINT_URL }]);
    const configured = [
      `aws:endpoints=${endpoints}`,
      `aws:accessKey=${AWS_ACCESS_KEY_ID}`,
      `aws:secretKey=${AWS_SECRET_ACCESS_KEY}`,
      `aws:token=${AWS_SESSION_TOKEN}`,
    ];
    const list = (...overrides: readonly string[]) =>
      runIn(
        {},
        ...(["rollback", "--list", "--stack", "dev"] as const),
        ...overrides.flatMap((each) => ["--config", each]),
      );

    // Act
    const listed = await list(...configured);
    const asAnother = await list(...configured, "aws:secretKey=wrong");
    const insecure = await list(...configured, "aws:insecure=true");

    // Assess
    expect([listed.stderr, listed.code]).to.deep.equal(["", 0]);
    expect(listed.stdout).to.contain(`${name} serves with  hosting-1`);
    expect(asAnother.code).to.equal(1);
    expect(asAnother.stderr).to.contain("signature");
    expect(insecure.code).to.equal(2);
    expect(insecure.stderr).to.contain("aws:insecure").and.to.contain("aws:customCaBundle");
  });

  it("is not touched by a wrong command line, nor of an endpoint that is not there", async () => {
    const outcomes = [
      await run("rollback", "--to", "hosting-9"),
      await run("prune", "--keep", "-1"),
      await run("prune", "--kept", "1"),
      await run("rollback", "--endpoint", "other", "--list"),
      await run("rollback", "--help"),
    ];
    expect(outcomes.map(({ code }) => code)).to.deep.equal([2, 2, 2, 1, 0]);
    expect(outcomes[0]?.stderr).to.contain("there are: ").and.to.contain("hosting-1");
    expect(outcomes[3]?.stderr).to.contain('Could not find endpoint "other"');
    expect(running.sagemaker.names.models).to.have.length(3);
  });
});
