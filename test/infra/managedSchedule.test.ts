import * as path from "node:path";
import { expect } from "chai";
import type { RecordedResource } from "../../local/pulumi/graph";
import { jobDefinitionRequest, scheduleRequest } from "../../local/pulumi/resources/modelMonitor";
import { askInJson, findBotocore } from "../support/botocore";
import { inventory, resource, statements } from "../support/graph";
import { ACCOUNT, deployProgram, REGION } from "../support/mocks";
import { graphFrom, lawOf, refusals } from "../support/policyGraph";

const ENDPOINT = { instanceType: "ml.m5.xlarge", capture: 100 };
const ON = { monitoring: { managedSchedule: { enabled: true } } };
const DEFINITION = "aws:sagemaker/dataQualityJobDefinition:DataQualityJobDefinition";
const SCHEDULE = "aws:sagemaker/monitoringSchedule:MonitoringSchedule";

const deploy = async (config: object = {}, preview = false) =>
  (await deployProgram({ endpoint: ENDPOINT, ...config }, { preview })).resources;

describe("the managed schedule", () => {
  let off: readonly RecordedResource[] = [];
  let on: readonly RecordedResource[] = [];
  let definition: RecordedResource;
  let schedule: RecordedResource;

  before(async () => {
    [off, on] = [await deploy(), await deploy(ON)];
    definition = resource(on, DEFINITION);
    schedule = resource(on, SCHEDULE);
  });

  it("is off unless asked for, and adds seven resources to what else stays as it is", () => {
    // Act
    const added = inventory(on).filter((each) => !inventory(off).includes(each));
    const changed = off.filter(({ urn, inputs }) => {
      const now = on.find((each) => each.urn === urn);
      return JSON.stringify(now?.inputs) !== JSON.stringify(inputs);
    });

    // Assess
    expect(added).to.have.members([
      "ml-workflow-aws:infra:ManagedSchedule monitoring-managed",
      "ml-workflow-aws:infra:ServiceRole monitoring-managed-role",
      "aws:iam/role:Role monitoring-managed-role",
      "aws:iam/rolePolicy:RolePolicy monitoring-managed-role-policy",
      "aws:s3/bucketObject:BucketObject monitoring-managed-preprocessor",
      `${DEFINITION} monitoring-managed`,
      `${SCHEDULE} monitoring-managed`,
    ]);
    expect(changed.map(({ name }) => name)).to.deep.equal([
      // It looks whether the account has such a schedule.
      "preflight",
      // Reports are kept no longer than other results.
      "inference-lifecycle",
      // It writes another baseline.
      "parity",
    ]);
  });

  it("has the baseline written again when it is switched on, with the drift monitor's own limit", async () => {
    // Act
    const resources = await deploy({
      monitoring: { drift: { limits: { distance: 0.25 } }, managedSchedule: { enabled: true } },
    });

    // Assess
    const { interpreter, triggers } = resource(resources, "command:local:Command", "parity").inputs;
    const flag = ["--managed-threshold", "0.25"];
    expect((interpreter as string[]).slice(-3)).to.deep.equal([...flag, "--floor"]);
    expect((triggers as string[]).slice(-2)).to.deep.equal(flag);
  });

  it("goes with the endpoint", async () => {
    const resources = await deploy({ ...ON, endpoint: { ...ENDPOINT, enabled: false } });
    expect(inventory(resources).filter((each) => each.includes("managed"))).to.deep.equal([]);
  });

  it("is deleted before what it needs: schedule, definition, then baseline, script and endpoint", () => {
    // Act: what depends on another is deleted before it.
    const endpoint = resource(on, "aws:sagemaker/endpoint:Endpoint", "hosting");
    const needs = (urn: string): readonly string[] => {
      const { dependencies = [] } = on.find((each) => each.urn === urn) ?? {};
      return [...dependencies, ...dependencies.flatMap(needs)];
    };

    // Assess
    expect(schedule.dependencies).to.include.members([definition.urn, endpoint.urn]);
    for (const [type, name] of [
      ["command:local:Command", "parity"],
      ["aws:s3/bucketObject:BucketObject", "monitoring-managed-preprocessor"],
      ["aws:iam/rolePolicy:RolePolicy", "monitoring-managed-role-policy"],
    ] as const) {
      expect(definition.dependencies, name).to.include(resource(on, type, name).urn);
    }
    expect(needs(definition.urn)).to.include(endpoint.urn);
  });

  it("has the endpoint's name, so that another endpoint has another schedule", () => {
    const endpoint = resource(on, "aws:sagemaker/endpoint:Endpoint");
    expect(schedule.inputs["name"]).to.equal(endpoint.outputs["name"]);
    expect(schedule.propertyDependencies["name"]).to.include(endpoint.urn);
  });

  it("is never protected, for a change of the stack replaces its definition", async () => {
    const resources = await deploy({ ...ON, protect: true });
    for (const type of [DEFINITION, SCHEDULE, "aws:s3/bucketObject:BucketObject"]) {
      expect(resource(resources, type).options.protect, type).to.equal(false);
    }
  });

  for (const [period, expression] of [
    ["hour", "cron(0 * ? * * *)"],
    ["day", "cron(0 0 ? * * *)"],
  ]) {
    it(`runs once in a ${period}`, async () => {
      const resources = await deploy({
        monitoring: { managedSchedule: { enabled: true, period } },
      });
      expect(resource(resources, SCHEDULE).inputs["monitoringScheduleConfig"]).to.deep.equal({
        monitoringType: "DataQuality",
        monitoringJobDefinitionName: "monitoring-managed-1a2b3c4",
        scheduleConfig: { scheduleExpression: expression },
      });
    });
  }

  it("reads the endpoint's captures with the preprocessor, and compares them with the baseline", () => {
    // Act
    const { inputs } = definition;

    // Assess
    const place = "s3://inference-1a2b3c4/monitoring/managed";
    expect(inputs["dataQualityAppSpecification"]).to.deep.equal({
      imageUri: `685385470294.dkr.ecr.${REGION}.amazonaws.com/sagemaker-model-monitor-analyzer:latest`,
      recordPreprocessorSourceUri: `${place}/preprocessor.py`,
      environment: { publish_cloudwatch_metrics: "Enabled" },
    });
    expect(inputs["dataQualityBaselineConfig"]).to.deep.equal({
      statisticsResource: { s3Uri: `${place}/statistics.json` },
      constraintsResource: { s3Uri: `${place}/constraints.json` },
    });
    expect(inputs["dataQualityJobInput"]).to.deep.equal({
      endpointInput: {
        endpointName: "ml-workflow-aws-test",
        localPath: "/opt/ml/processing/input/endpoint",
        s3InputMode: "File",
        s3DataDistributionType: "FullyReplicated",
      },
    });
    const script = resource(on, "aws:s3/bucketObject:BucketObject").inputs;
    expect(script).to.include({
      bucket: "inference-1a2b3c4",
      key: "monitoring/managed/preprocessor.py",
    });
    expect(script["content"]).to.contain('\nCLASSES = ["bicycle","motorcycle","pickup_truck"]\n');
  });

  it("calls nobody, encrypts volume and reports with the stack's key, and has an hour at most", () => {
    const key = resource(on, "aws:kms/key:Key", "data").outputs["arn"];
    expect(definition.inputs).to.deep.include({
      jobResources: {
        clusterConfig: {
          instanceType: "ml.m5.large",
          instanceCount: 1,
          volumeSizeInGb: 30,
          volumeKmsKeyId: key,
        },
      },
      dataQualityJobOutputConfig: {
        kmsKeyId: key,
        monitoringOutputs: {
          s3Output: {
            s3Uri: "s3://inference-1a2b3c4/monitoring/managed/reports",
            localPath: "/opt/ml/processing/output",
            s3UploadMode: "EndOfJob",
          },
        },
      },
      networkConfig: { enableNetworkIsolation: true, enableInterContainerTrafficEncryption: true },
      stoppingCondition: { maxRuntimeInSeconds: 3600 },
    });
  });

  it("runs in the private network where there is one, with what AWS documents of such a role", async () => {
    // Act
    const resources = await deploy({ ...ON, network: "private" });

    // Assess
    expect(resource(resources, DEFINITION).inputs["networkConfig"]).to.deep.equal({
      enableNetworkIsolation: true,
      enableInterContainerTrafficEncryption: true,
      vpcConfig: {
        subnets: ["subnet-1", "subnet-2"],
        securityGroupIds: ["monitoring-managed-network-id"],
      },
    });
    const actionsOf = (name: string) => {
      const { inputs } = resource(resources, "aws:iam/rolePolicy:RolePolicy", name);
      return statements(inputs["policy"]).flatMap(({ Action }) => Action);
    };
    expect(actionsOf("monitoring-managed-network")).to.have.members(actionsOf("training-network"));
  });

  it("may read the captures of its endpoint and what it compares them with, and write reports", () => {
    // Act
    const { inputs } = resource(
      on,
      "aws:iam/rolePolicy:RolePolicy",
      "monitoring-managed-role-policy",
    );
    const granted = statements(inputs["policy"]);

    // Assess
    const bucket = resource(on, "aws:s3/bucket:Bucket", "inference").outputs["arn"];
    const objects = (...keys: readonly string[]) => keys.map((key) => `${String(bucket)}/${key}`);
    const of = (action: string) =>
      granted.filter(({ Action }) => [Action].flat().includes(action)).map((each) => each.Resource);
    expect(of("s3:ListBucket")).to.deep.equal([[bucket]]);
    expect(of("s3:GetObject")).to.deep.equal([
      objects(
        "Project_2_Extended/data_capture/ml-workflow-aws-test/AllTraffic/*",
        "monitoring/managed/statistics.json",
        "monitoring/managed/constraints.json",
        "monitoring/managed/preprocessor.py",
      ),
    ]);
    expect(of("s3:PutObject")).to.deep.equal([objects("monitoring/managed/reports/*")]);
    expect(of("ecr:BatchGetImage")).to.deep.equal([
      [`arn:aws:ecr:${REGION}:*:repository/sagemaker-model-monitor-analyzer`],
    ]);
    expect(of("logs:PutLogEvents")).to.deep.equal([
      [`arn:aws:logs:${REGION}:${ACCOUNT}:log-group:/aws/sagemaker/ProcessingJobs*`],
    ]);
    expect(
      granted.flatMap(({ Action }) => Action).filter((each) => /^kms:/.test(each)),
    ).to.have.members(["kms:Decrypt", "kms:GenerateDataKey", "kms:Encrypt", "kms:CreateGrant"]);
  });

  for (const mode of ["preview", "update"] as const) {
    it(`keeps every policy of the pack (${mode})`, async () => {
      // Act
      const [open, closed] = [
        await deploy(ON, mode === "preview"),
        await deploy({ ...ON, network: "private" }, mode === "preview"),
      ];

      // Assess
      expect(await refusals(graphFrom(open, "dev"), lawOf("dev"))).to.deep.equal([]);
      const demanding = {
        ...lawOf("prod"),
        "sagemaker-workload-require-network": { required: true },
      };
      const inNetwork = (await refusals(graphFrom(closed, "prod"), demanding)).filter(
        ({ message }) => message.includes("network"),
      );
      expect(inNetwork).to.deep.equal([]);
    });
  }

  it("asks of SageMaker what AWS's own API model takes", async function () {
    // Prepare
    const python = findBotocore();
    if (python === undefined) {
      console.warn("    botocore is not there: requests are judged by nobody else");
      this.skip();
    }
    const resources = await deploy({ ...ON, network: "private" });
    type Definition = Parameters<typeof jobDefinitionRequest>[1];
    // ARNs of roles have no region, which the mocks do not know.
    const roleArn = `arn:aws:iam::${ACCOUNT}:role/monitoring-managed-role`;
    const inputs = { ...(resource(resources, DEFINITION).inputs as Definition), roleArn };
    const { inputs: scheduled } = resource(resources, SCHEDULE);
    const config = { monitoringScheduleConfig: scheduled["monitoringScheduleConfig"] };
    const requests = [
      {
        operation: "CreateDataQualityJobDefinition",
        input: jobDefinitionRequest("monitoring-managed-1a2b3c4", inputs),
      },
      ...["CreateMonitoringSchedule", "UpdateMonitoringSchedule"].map((operation) => ({
        operation,
        input: scheduleRequest(String(scheduled["name"]), config),
      })),
    ];
    const tooLong = jobDefinitionRequest("j".repeat(64), inputs);

    // Act
    const script = path.join(__dirname, "../local/cloud/services/sagemaker/apiModel.py");
    const [wrong = [], ...flaws] = askInJson<string[]>(python, script, "inputs", [
      { operation: "CreateDataQualityJobDefinition", input: tooLong },
      ...requests,
    ]);

    // Assess
    expect(flaws).to.deep.equal([[], [], []]);
    expect(wrong).to.deep.equal(["CreateDataQualityJobDefinition.JobDefinitionName: too long"]);
  });
});
