import { DeleteEndpointCommand, SageMakerClient } from "@aws-sdk/client-sagemaker";
import { expect } from "chai";
import { rejectionOf } from "../local/pulumi/resources/support";
import { DeployedStack } from "../support/deployedStack";
import { runNodeProgram } from "../support/nodeProgram";

const ENDPOINT = "aws:sagemaker/endpoint:Endpoint hosting";
const EndpointName = "ml-workflow-aws-dev";

/** The program itself, updated again and again in one local cloud. */
describe("the life of an endpoint", function () {
  this.timeout(300_000);
  let stack: DeployedStack;
  let client: SageMakerClient;

  before(async () => {
    stack = await DeployedStack.start();
    client = new SageMakerClient(stack.cloud.deployerSession());
  });
  after(async () => {
    client.destroy();
    await stack.stop();
    expect(stack.cloud.bugs).to.deep.equal([]);
  });

  const failureOf = async (...overrides: string[]) =>
    String(await rejectionOf(stack.up(...overrides)));
  const run = (script: string, ...args: readonly string[]) =>
    runNodeProgram(script, ["--stack", "dev", ...args], {
      ...process.env,
      ...stack.cloud.deployerEnvironment(),
    });

  it("goes on after a first create that failed, once what it left was found and deleted", async () => {
    // Act
    stack.arrangeFault("create-fails");
    const failed = await failureOf();
    const again = await failureOf();
    const trained = await failureOf("training.epochs=2");
    const doctor = await run("doctor/cli.ts");
    await client.send(new DeleteEndpointCommand({ EndpointName }));
    const recovered = await stack.up();
    const unchanged = await stack.up();

    // Assess
    expect(failed).to.contain(
      `waiting for SageMaker AI Endpoint (${EndpointName}) create: unexpected state 'Failed', ` +
        "wanted target 'InService'. last error: The primary container",
    );
    const remedy = `aws sagemaker delete-endpoint --endpoint-name ${EndpointName}`;
    // With nothing changed it is found before it is made; with anything that costs, before all.
    expect(again).to.contain(`${EndpointName} is Failed with hosting-`).and.to.contain(remedy);
    expect(trained).to.match(/preflight: .*PreflightError: 1 of 8 checks failed \(endpoint\)/s);
    expect(trained).to.contain(remedy);
    expect(doctor.code).to.equal(1);
    expect(doctor.stderr).to.contain(remedy);
    expect(recovered).to.include(`created ${ENDPOINT}`);
    expect(recovered.filter((step) => step.includes("TrainingJob"))).to.deep.equal([]);
    expect(unchanged).to.deep.equal([]);
    expect(stack.endpoint?.status).to.equal("InService");
  });

  it("keeps serving the old model when an alarm rolls an update back, and takes the next update", async () => {
    // Prepare
    await stack.up();
    const before = stack.endpoint?.configuration.name;

    // Act
    stack.arrangeFault("update-rolls-back");
    const failed = await failureOf("endpoint.instanceCount=2");
    const during = stack.endpoint?.configuration.name;
    const recovered = await stack.up("endpoint.instanceCount=2");
    const after = stack.endpoint?.configuration;
    await stack.up();

    // Assess
    expect(failed).to.contain(
      `waiting for SageMaker AI Endpoint (${EndpointName}) update: unexpected state 'RollingBack'`,
    );
    expect(during).to.equal(before);
    expect(recovered).to.include(`updated ${ENDPOINT}`);
    expect(after).to.include({ instanceCount: 2 });
  });

  it("serves the old model again by npm run rollback after an update that ended well", async () => {
    // Prepare
    await stack.up();
    const before = stack.endpoint?.configuration.modelName;
    await stack.up("training.run=2");
    const replaced = stack.endpoint?.configuration.modelName;

    // Act
    const { stdout, stderr, code } = await run("doctor/rollback.ts");

    // Assess
    expect([stderr, code]).to.deep.equal(["", 0]);
    expect(replaced).not.to.equal(before);
    expect(stack.endpoint?.configuration.modelName).to.equal(before);
    expect(stdout).to.contain("It serves with").and.to.contain("restore in it");
  });

  it("moves into a private network and out of it, and leaves nothing there and loses nothing", async () => {
    // Prepare
    await stack.up();
    const roles = [...stack.cloud.authority.roleArns].sort();
    const storedBefore = await stack.stored();

    // Act
    const moved = await stack.up("network=private");
    const within = stack.cloud.network.names;
    const unchanged = await stack.up("network=private");
    const left = await stack.up();
    const without = stack.cloud.network.names;
    const refused = await run("doctor/rollback.ts");
    const settled = await stack.up();

    // Assess
    expect(moved).to.include(`updated ${ENDPOINT}`).and.to.include("created awsx:ec2:Vpc network");
    expect(within.interfaces.filter((each) => each.includes(":function:"))).to.have.length(6);
    expect(within.interfaces.filter((each) => each.startsWith("endpoint/"))).to.have.length(1);
    expect(within.securityGroups).to.have.length(9);
    expect([unchanged, settled]).to.deep.equal([[], []]);
    // Groups go before the rights by which services release the interfaces in them, and these are
    // policies of their own: no role loses them while something still stands in the network.
    const deleted = (kind: string, name: string) => left.indexOf(`deleted ${kind} ${name}`);
    const rights = moved.flatMap((step) => /^created \S+RolePolicy (\S+)$/.exec(step)?.[1] ?? []);
    expect(rights).to.have.length(8);
    for (const name of rights) {
      const group = deleted("aws:ec2/securityGroup:SecurityGroup", name);
      expect(group, name).to.be.greaterThan(-1);
      expect(deleted("aws:iam/rolePolicy:RolePolicy", name), name).to.be.greaterThan(group);
    }
    expect(left.filter((step) => step.includes("updated aws:iam/"))).to.deep.equal([]);
    expect(left).to.include("deleted awsx:ec2:Vpc network");
    expect(without).to.deep.equal({ securityGroups: [], subnets: [], interfaces: [] });
    expect([...stack.cloud.authority.roleArns].sort()).to.deep.equal(roles);
    expect(await stack.stored()).to.include.members([...storedBefore]);
    expect(stack.endpoint?.status).to.equal("InService");
    // The model before was made for a network that is no more.
    expect(refused.code).to.equal(1);
    expect(refused.stderr).to.contain("is in another network").and.to.contain("network");
  });

  it("is switched off and on again, and is not while it is protected", async () => {
    // Act
    await stack.up("protect=true");
    const refused = await failureOf("protect=true", "endpoint.enabled=false");
    const kept = stack.endpoint?.status;
    await stack.up();
    const off = await stack.up("endpoint.enabled=false");
    const gone = stack.endpoint;
    const on = await stack.up();

    // Assess
    expect(refused).to.contain("is protected");
    expect(kept).to.equal("InService");
    expect(off).to.include(`deleted ${ENDPOINT}`);
    expect(gone).to.equal(undefined);
    expect(on).to.include(`created ${ENDPOINT}`);
    expect(stack.endpoint?.status).to.equal("InService");
  });
});
