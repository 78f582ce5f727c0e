import { expect } from "chai";
import { CAPTURE_PREFIX } from "../../contract/inference";
import { rolloutOnlyWarning } from "../../infra/endpointUpdates";
import { resource, statements } from "../support/graph";
import {
  ACCOUNT,
  deployProgram,
  REGION,
  TRAINING_RESULT,
  type DeployOptions,
} from "../support/mocks";

const ENDPOINT = { instanceType: "ml.m5.xlarge", capture: 100 };

function deployHosting(options?: Omit<DeployOptions, "config">, settings = {}) {
  return deployProgram({ endpoint: { ...ENDPOINT, ...settings } }, options);
}

describe("Hosting", () => {
  it("serves the completed job's artefact with the image that trained it, cut off from networks", async () => {
    // Act
    const { resources } = await deployHosting();

    // Assess
    expect(resource(resources, "aws:sagemaker/model:Model").inputs).to.deep.equal({
      executionRoleArn: resource(resources, "aws:iam/role:Role", "hosting-role").outputs["arn"],
      primaryContainer: {
        image: `685385470294.dkr.ecr.${REGION}.amazonaws.com/image-classification:1`,
        modelDataUrl: TRAINING_RESULT.modelDataUrl,
      },
      enableNetworkIsolation: true,
    });
  });

  for (const preview of [false, true]) {
    it(`captures every request and answer, readable answers (preview: ${preview})`, async () => {
      // Act
      const { resources } = await deployHosting({ preview });

      // Assess
      const { dataCaptureConfig } = resource(
        resources,
        "aws:sagemaker/endpointConfiguration:EndpointConfiguration",
      ).inputs as { dataCaptureConfig: Record<string, unknown> };
      const { destinationS3Uri, kmsKeyId, ...capture } = dataCaptureConfig;
      expect(capture).to.deep.equal({
        enableCapture: true,
        initialSamplingPercentage: 100,
        captureOptions: [{ captureMode: "Input" }, { captureMode: "Output" }],
        captureContentTypeHeader: { jsonContentTypes: ["application/json"] },
      });
      if (!preview) {
        expect(kmsKeyId).to.equal(resource(resources, "aws:kms/key:Key", "data").outputs["arn"]);
        expect(destinationS3Uri).to.equal(`s3://inference-1a2b3c4/${CAPTURE_PREFIX}`);
      }
    });
  }

  for (const [instanceType, key] of [
    ["ml.m5.xlarge", "the data's key"],
    ["ml.g4dn.xlarge", "none: SageMaker refuses one for disks of its own"],
  ] as const) {
    it(`encrypts the volumes of ${instanceType} with ${key}`, async () => {
      // Act
      const { resources } = await deployHosting({}, { instanceType });

      // Assess
      const { inputs } = resource(
        resources,
        "aws:sagemaker/endpointConfiguration:EndpointConfiguration",
      );
      expect(inputs["kmsKeyArn"]).to.equal(
        instanceType === "ml.m5.xlarge"
          ? resource(resources, "aws:kms/key:Key", "data").outputs["arn"]
          : undefined,
      );
    });
  }

  it("leaves the names of model and configuration to the engine, and names the endpoint", async () => {
    // Act
    const { resources } = await deployHosting();

    // Assess
    const configuration = resource(
      resources,
      "aws:sagemaker/endpointConfiguration:EndpointConfiguration",
    );
    expect(configuration.inputs).not.to.have.property("name");
    // What an update replaces can be gone back to.
    const model = resource(resources, "aws:sagemaker/model:Model");
    expect(model.inputs).not.to.have.property("name");
    expect([configuration, model].map(({ options }) => options.retainOnDelete)).to.deep.equal([
      true,
      true,
    ]);
    expect(configuration.inputs["productionVariants"]).to.deep.equal([
      {
        modelName: "hosting-1a2b3c4",
        variantName: "AllTraffic",
        instanceType: "ml.m5.xlarge",
        initialInstanceCount: 1,
        initialVariantWeight: 1,
      },
    ]);
    expect(resource(resources, "aws:sagemaker/endpoint:Endpoint").inputs).to.deep.include({
      name: "ml-workflow-aws-test",
      endpointConfigName: "hosting-1a2b3c4",
    });
  });

  it("brings back the configuration before when an alarm goes off during an update", async () => {
    // Act
    const { resources } = await deployHosting({}, { bakeSeconds: 120 });

    // Assess
    const alarms = ["server-errors", "model-errors", "latency"].map((kind) => ({
      alarmName: `ml-workflow-aws-test-update-${kind}`,
    }));
    expect(resource(resources, "aws:sagemaker/endpoint:Endpoint").inputs).to.deep.equal({
      name: "ml-workflow-aws-test",
      endpointConfigName: "hosting-1a2b3c4",
      deploymentConfig: {
        blueGreenUpdatePolicy: {
          trafficRoutingConfiguration: { type: "ALL_AT_ONCE", waitIntervalInSeconds: 120 },
          terminationWaitInSeconds: 120,
          maximumExecutionTimeoutInSeconds: 3500,
        },
        autoRollbackConfiguration: { alarms },
      },
    });
  });

  it("logs where the logs are not kept for ever", async () => {
    // Act
    const { resources } = await deployHosting();

    // Assess
    const logs = resource(resources, "aws:cloudwatch/logGroup:LogGroup", "hosting");
    expect(logs.inputs).to.deep.equal({
      name: "/aws/sagemaker/Endpoints/ml-workflow-aws-test",
      retentionInDays: 30,
    });
    expect(resource(resources, "aws:sagemaker/endpoint:Endpoint").dependencies).to.include(
      logs.urn,
    );
  });

  it("keeps its log group while it is switched off: a late line would make another one", async () => {
    const { resources } = await deployHosting({}, { enabled: false });
    expect(
      resource(resources, "aws:cloudwatch/logGroup:LogGroup", "hosting").inputs["name"],
    ).to.equal("/aws/sagemaker/Endpoints/ml-workflow-aws-test");
  });

  it("says that a change of nothing but the way of updating is an update of the endpoint", () => {
    // Prepare
    const was = { endpointConfigName: "a", deploymentConfig: { blueGreenUpdatePolicy: { x: 1 } } };
    const other = { blueGreenUpdatePolicy: { x: 2 } };
    const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
    const after = (change: object) =>
      rolloutOnlyWarning({ oldInputs: was, newInputs: { ...was, ...change } });

    // Act and assess
    expect(after({ deploymentConfig: other })).to.contain("expect a second fleet");
    expect(after({ deploymentConfig: other, endpointConfigName: "b" })).to.equal(undefined);
    expect(after({ deploymentConfig: other, endpointConfigName: UNKNOWN })).to.equal(undefined);
    expect(after({ endpointConfigName: "b" })).to.equal(undefined);
    expect(after({ tags: {} })).to.equal(undefined);
  });

  it("checks, after every update, that the live configuration is the graph's", async () => {
    // Act
    const { resources } = await deployHosting();

    // Assess
    const name = "hosting-1a2b3c4";
    const verify = resource(resources, "command:local:Command", "hosting-verify");
    const { interpreter, create, triggers } = verify.inputs;
    expect([...(interpreter as string[]), create].slice(3)).to.deep.equal([
      "infra/commands/verifyEndpoint.ts",
      "ml-workflow-aws-test",
      name,
    ]);
    expect(triggers).to.deep.equal([name]);
    const endpoint = resource(resources, "aws:sagemaker/endpoint:Endpoint").urn;
    expect(verify.dependencies).to.include(endpoint);
    // Nothing is scored before it is known what is live.
    const gate = resource(resources, "command:local:Command", "parity");
    expect(gate.dependencies).to.include(verify.urn);
  });

  const ROUTES = [
    ["canary", 2, { type: "CANARY", canarySize: { type: "INSTANCE_COUNT", value: 1 } }],
    ["linear", 2, { type: "LINEAR", linearStepSize: { type: "INSTANCE_COUNT", value: 1 } }],
    ["linear", 9, { type: "LINEAR", linearStepSize: { type: "INSTANCE_COUNT", value: 3 } }],
  ] as const;
  for (const [deployment, instanceCount, route] of ROUTES) {
    it(`moves the traffic of ${instanceCount} instances step by step when it is to be ${deployment}`, async () => {
      // Act
      const { resources } = await deployHosting({}, { deployment, instanceCount });

      // Assess
      const { deploymentConfig } = resource(resources, "aws:sagemaker/endpoint:Endpoint").inputs;
      expect(deploymentConfig)
        .to.have.property("blueGreenUpdatePolicy")
        .that.has.property("trafficRoutingConfiguration")
        .that.deep.equals({ ...route, waitIntervalInSeconds: 300 });
    });
  }

  it("scales with the traffic only if it is told to", async () => {
    // Prepare
    const autoscaling = { minInstances: 1, maxInstances: 4, invocationsPerMinute: 600 };

    // Act
    const { resources: fixed } = await deployHosting();
    const { resources: scaled } = await deployHosting({}, { autoscaling });

    // Assess
    expect(fixed.filter(({ type }) => type.startsWith("aws:appautoscaling/"))).to.be.empty;
    const variant = {
      serviceNamespace: "sagemaker",
      resourceId: "endpoint/ml-workflow-aws-test/variant/AllTraffic",
      scalableDimension: "sagemaker:variant:DesiredInstanceCount",
    };
    expect(resource(scaled, "aws:appautoscaling/target:Target").inputs).to.deep.equal({
      ...variant,
      minCapacity: 1,
      maxCapacity: 4,
    });
    expect(resource(scaled, "aws:appautoscaling/policy:Policy").inputs).to.deep.equal({
      ...variant,
      policyType: "TargetTrackingScaling",
      targetTrackingScalingPolicyConfiguration: {
        predefinedMetricSpecification: {
          predefinedMetricType: "SageMakerVariantInvocationsPerInstance",
        },
        targetValue: 600,
      },
    });
  });

  it("may read models and write captures, as no other account's deputy", async () => {
    // Act
    const { resources } = await deployHosting();

    // Assess
    const role = resource(resources, "aws:iam/role:Role", "hosting-role");
    const { policy } = resource(
      resources,
      "aws:iam/rolePolicy:RolePolicy",
      "hosting-role-policy",
    ).inputs;
    expect(statements(role.inputs["assumeRolePolicy"])[0]?.Condition).to.deep.equal({
      StringEquals: { "aws:SourceAccount": ACCOUNT },
    });
    const onS3 = statements(policy).filter(({ Action }) => String(Action).startsWith("s3:"));
    expect(onS3.map(({ Action, Resource }) => [String(Action), Resource])).to.deep.equal([
      ["s3:GetObject", ["arn:aws:s3:::dataset-1a2b3c4/models/*"]],
      ["s3:PutObject", [`arn:aws:s3:::inference-1a2b3c4/${CAPTURE_PREFIX}/*`]],
    ]);
  });
});
