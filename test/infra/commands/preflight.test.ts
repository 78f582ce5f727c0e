import {
  CreateEndpointCommand,
  CreateEndpointConfigCommand,
  CreateModelCommand,
  SageMakerClient,
} from "@aws-sdk/client-sagemaker";
import { expect } from "chai";
import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import type { CheckResult, PreflightPlan, PreflightReport } from "../../../contract/preflight";
import type { Cloud } from "../../../local/cloud";
import { startMoto, type Moto } from "../../support/moto";
import { startCloud } from "../../local/pulumi/resources/support";
import { PROJECT_ROOT } from "../../support/project";

const PLAN: PreflightPlan = {
  stack: "dev",
  region: "eu-west-1",
  accountId: "",
  endpointName: "ml-workflow-aws-dev",
  dataset: { classes: ["bicycle", "bus"] },
  training: { instanceType: "ml.g4dn.xlarge", instanceCount: 1, spot: false },
  hosting: { enabled: true, instanceType: "ml.m5.xlarge", instanceCount: 1 },
};

/** Runs the checks as an update does; Pulumi is not to be found. */
async function check(environment: NodeJS.ProcessEnv, plan: Partial<PreflightPlan> = {}) {
  const child = spawn(
    process.execPath,
    ["--import", "tsx", "infra/commands/preflight.ts", JSON.stringify({ ...PLAN, ...plan })],
    { cwd: PROJECT_ROOT, env: { ...environment, PATH: "" } },
  );
  const [stdout, stderr, code] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise((resolve) => child.once("close", resolve)),
  ]);
  const { checks } = JSON.parse(stdout) as PreflightReport;
  const by = new Map(checks.map((each) => [each.check, each]));
  const result = (name: string): Partial<CheckResult> => by.get(name) ?? {};
  return { statuses: checks.map(({ status }) => status), result, stderr, code };
}

describe("preflight against the local cloud", () => {
  let cloud: Cloud;
  before(async () => {
    cloud = await startCloud();
  });
  after(async () => {
    await cloud.stop();
    expect(cloud.bugs).to.deep.equal([]);
  });

  it("passes, calls data capture unproved, and ends well", async () => {
    const { statuses, result, code, stderr } = await check(cloud.deployerEnvironment(), {
      accountId: cloud.accountId,
    });
    expect(statuses).to.deep.equal([...Array<string>(7).fill("passed"), "skipped"]);
    expect(result("credentials").message).to.equal(
      `account ${cloud.accountId} as arn:aws:iam::${cloud.accountId}:user/deployer`,
    );
    expect(result("training quota").message).to.contain("1 needed, 20 granted");
    expect(code).to.equal(0);
    expect(stderr).to.contain("passed   region");
  });

  it("fails when a quota is too low and a class is not there, and says what to do", async () => {
    // Prepare
    cloud.quotas.grant("ml.g4dn.xlarge for training job usage", 0);

    // Act
    const { result, code, stderr } = await check(cloud.deployerEnvironment(), {
      dataset: { classes: ["bicycle", "unicorn"] },
    });

    // Assess
    cloud.quotas.grant("ml.g4dn.xlarge for training job usage", 20);
    expect(code).to.equal(1);
    expect(result("training quota").status).to.equal("failed");
    expect(result("dataset").message).to.contain('no class "unicorn"');
    expect(stderr)
      .to.contain("2 of 8 checks failed (dataset, training quota): nothing was made")
      .and.to.contain("Ask for 1 or more");
  });

  it("finds an archive on this machine missing", async () => {
    const { result } = await check(cloud.deployerEnvironment(), {
      dataset: { classes: ["bicycle", "bus"], archive: "nowhere.tar.gz" },
    });
    expect(result("dataset")).to.include({ status: "failed" });
    expect(result("dataset").message).to.contain("There is no archive at nowhere.tar.gz");
  });

  it("skips what a role may not ask, and names the action", async () => {
    // Prepare
    const role = cloud.roleArn("auditor");
    cloud.authority.putRole(
      role,
      JSON.stringify({
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Allow",
            Principal: { Service: "lambda.amazonaws.com" },
            Action: "sts:AssumeRole",
          },
        ],
      }),
    );

    // Act
    const environment = cloud.environmentFor(role, "lambda.amazonaws.com");
    const { result, code } = await check(environment);

    // Assess
    expect(code).to.equal(0);
    expect(result("credentials").message).to.contain("assumed-role/auditor");
    expect(result("training quota")).to.include({ status: "skipped" });
    expect(result("training quota").message).to.contain("servicequotas:ListServiceQuotas");
    expect(result("data capture").message).to.contain("sagemaker:ListEndpointConfigs");
  });
});

describe("preflight against moto", () => {
  let moto: Moto | undefined;
  let environment: NodeJS.ProcessEnv = {};

  before(async function () {
    moto = await startMoto(this);
    environment = {
      AWS_ENDPOINT_URL: moto.url,
      AWS_REGION: "eu-west-1",
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
    };
  });
  after(() => moto?.stop());

  it("knows the account, and finds neither an endpoint nor a configuration", async () => {
    const { result } = await check(environment, { accountId: "123456789012" });
    expect(result("credentials")).to.include({ status: "passed" });
    expect(result("endpoint")).to.include({ status: "passed" });
    expect(result("data capture")).to.include({ status: "skipped" });
  });

  it("finds a quota that is not listed, and skips it", async () => {
    const { result } = await check(environment);
    expect(result("training quota")).to.include({ status: "skipped" });
  });

  it("finds an endpoint that is there, and a configuration that captures", async () => {
    // Prepare
    const sagemaker = new SageMakerClient({
      endpoint: environment["AWS_ENDPOINT_URL"] ?? "",
      region: "eu-west-1",
      credentials: { accessKeyId: "test", secretAccessKey: "test" },
    });
    const role = "arn:aws:iam::123456789012:role/sagemaker";
    await sagemaker.send(
      new CreateModelCommand({
        ModelName: "m",
        ExecutionRoleArn: role,
        PrimaryContainer: { Image: "i", ModelDataUrl: "s3://b/model.tar.gz" },
      }),
    );
    await sagemaker.send(
      new CreateEndpointConfigCommand({
        EndpointConfigName: "capturing",
        ProductionVariants: [
          {
            VariantName: "v",
            ModelName: "m",
            InstanceType: "ml.m5.xlarge",
            InitialInstanceCount: 1,
          },
        ],
        DataCaptureConfig: {
          EnableCapture: true,
          InitialSamplingPercentage: 100,
          DestinationS3Uri: "s3://b/capture",
          CaptureOptions: [{ CaptureMode: "Input" }],
        },
      }),
    );
    await sagemaker.send(
      new CreateEndpointCommand({
        EndpointName: PLAN.endpointName,
        EndpointConfigName: "capturing",
      }),
    );
    sagemaker.destroy();

    // Act
    const { result } = await check(environment);

    // Assess
    expect(result("endpoint")).to.include({ status: "warning" });
    expect(result("endpoint").message).to.contain("InService with capturing");
    expect(result("data capture").message).to.match(/^capturing captures since \d{4}-\d\d-\d\d$/);
  });

  it("refuses credentials of another account", async () => {
    const { result, code } = await check(environment, { accountId: "999999999999" });
    expect(result("credentials")).to.include({ status: "failed" });
    expect(code).to.equal(1);
  });
});
