import { expect } from "chai";
import { ENVIRONMENT } from "../../contract/environment";
import { INFERENCE_PREFIXES } from "../../contract/inference";
import { stateMachineDefinition } from "../../infra/stateMachine";
import { ofType, resource, statements, type PolicyStatement } from "../support/graph";
import { deployProgram, REGION, ACCOUNT } from "../support/mocks";
import type { RecordedResource } from "../../local/pulumi/graph";

const CONFIG = { endpoint: { instanceType: "ml.m5.xlarge", capture: 100 } };
/** Statements that every function has, before its own. */
const OWN_LOGS_AND_TRACES = 2;
const BUCKET = "inference-1a2b3c4";

function grants(resources: readonly RecordedResource[], role: string): readonly PolicyStatement[] {
  const { inputs } = resource(resources, "aws:iam/rolePolicy:RolePolicy", `${role}-policy`);
  return statements(inputs["policy"]);
}

describe("ClassificationWorkflow", () => {
  let resources: readonly RecordedResource[] = [];

  before(async () => {
    ({ resources } = await deployProgram({
      ...CONFIG,
      workflow: { confidenceThreshold: 0.75 },
      // These have functions of their own: test/infra/review.test.ts, test/infra/monitoring.test.ts.
      review: { enabled: false },
      monitoring: { drift: { enabled: false } },
    }));
  });

  it("gives each function the settings it reads, and no others", () => {
    // Act
    const environments = ofType(resources, "aws:lambda/function:Function").map(
      ({ name, inputs }) => [name, inputs["environment"]],
    );

    // Assess
    const classes = '["bicycle","motorcycle","pickup_truck"]';
    expect(Object.fromEntries(environments)).to.deep.equal({
      "workflow-serialize": {
        variables: { [ENVIRONMENT.imageShape]: "3,28,28", [ENVIRONMENT.maxPixels]: "52000000" },
      },
      "workflow-classify": {
        variables: {
          [ENVIRONMENT.endpointName]: "ml-workflow-aws-test",
          [ENVIRONMENT.classNames]: classes,
        },
      },
      "workflow-filter": {
        variables: {
          [ENVIRONMENT.classNames]: classes,
          [ENVIRONMENT.confidenceThreshold]: "0.75",
        },
      },
    });
  });

  it("has a state machine over its own functions and bucket", () => {
    // Act
    const { definition } = resource(resources, "aws:sfn/stateMachine:StateMachine").inputs;

    // Assess
    const arn = (type: string, name: string) =>
      String(resource(resources, type, name).outputs["arn"]);
    const { States, ...rest } = JSON.parse(definition as string) as ReturnType<
      typeof stateMachineDefinition
    >;
    const references = {
      partition: "aws",
      serializeFunctionArn: arn("aws:lambda/function:Function", "workflow-serialize"),
      classifyFunctionArn: arn("aws:lambda/function:Function", "workflow-classify"),
      filterFunctionArn: arn("aws:lambda/function:Function", "workflow-filter"),
      bucketName: BUCKET,
    };
    const expected = stateMachineDefinition(references, {
      size: 20,
      concurrency: 3,
      toleratedFailurePercentage: 10,
    });
    expect({ ...rest, States }).to.deep.equal(expected);
  });

  it("lets each role do its own part only", () => {
    // Act
    const serialize = grants(resources, "workflow-serialize-role").slice(OWN_LOGS_AND_TRACES);
    const classify = grants(resources, "workflow-classify-role").slice(OWN_LOGS_AND_TRACES);
    const filter = grants(resources, "workflow-filter-role").slice(OWN_LOGS_AND_TRACES);

    // Assess
    expect(serialize).to.deep.equal([
      {
        Effect: "Allow",
        Action: ["s3:GetObject", "s3:GetObjectVersion"],
        Resource: [INFERENCE_PREFIXES.incoming, INFERENCE_PREFIXES.batches].map(
          (prefix) => `arn:aws:s3:::${BUCKET}/${prefix}*`,
        ),
      },
      { Effect: "Allow", Action: ["s3:ListBucket"], Resource: [`arn:aws:s3:::${BUCKET}`] },
      {
        Effect: "Allow",
        Action: ["kms:Decrypt"],
        Resource: [resource(resources, "aws:kms/key:Key").outputs["arn"]],
        Condition: { StringEquals: { "kms:ViaService": `s3.${REGION}.amazonaws.com` } },
      },
    ]);
    expect(classify).to.deep.equal([
      {
        Effect: "Allow",
        Action: ["sagemaker:InvokeEndpoint"],
        Resource: [`arn:aws:sagemaker:${REGION}:${ACCOUNT}:endpoint/ml-workflow-aws-test`],
      },
    ]);
    expect(filter).to.deep.equal([]);
  });

  it("is started by every upload under incoming/, with the whole event", () => {
    // Act
    const rule = resource(resources, "aws:cloudwatch/eventRule:EventRule");
    const target = resource(resources, "aws:cloudwatch/eventTarget:EventTarget");
    const notification = resource(resources, "aws:s3/bucketNotification:BucketNotification");

    // Assess
    expect(JSON.parse(rule.inputs["eventPattern"] as string)).to.deep.equal({
      source: ["aws.s3"],
      "detail-type": ["Object Created"],
      detail: {
        bucket: { name: [BUCKET] },
        $or: [
          { object: { key: [{ prefix: "incoming/" }], size: [{ numeric: [">", 0] }] } },
          { object: { key: [{ "anything-but": { suffix: "/" } }], size: [0] } },
        ],
      },
    });
    expect(rule.dependencies).to.include(notification.urn);
    expect(notification.inputs).to.deep.equal({ bucket: BUCKET, eventbridge: true });
    expect(target.inputs).not.to.have.any.keys("inputTransformer", "input", "inputPath");
    const machine = resource(resources, "aws:sfn/stateMachine:StateMachine").outputs["arn"];
    expect(target.inputs["arn"]).to.equal(machine);
    expect(grants(resources, "workflow-events-role")).to.deep.equal([
      { Effect: "Allow", Action: ["states:StartExecution"], Resource: [machine] },
    ]);
  });

  it("is traced, and logs what happens but not the data, where it is not kept for ever", () => {
    // Act
    const { inputs } = resource(resources, "aws:sfn/stateMachine:StateMachine");
    const logs = resource(resources, "aws:cloudwatch/logGroup:LogGroup", "workflow");

    // Assess
    expect(logs.inputs).to.deep.equal({
      name: "/aws/vendedlogs/states/ml-workflow-aws-test",
      retentionInDays: 30,
    });
    expect(inputs["type"]).to.equal("STANDARD");
    expect(inputs["tracingConfiguration"]).to.deep.equal({ enabled: true });
    expect(inputs["loggingConfiguration"]).to.deep.equal({
      level: "ERROR",
      includeExecutionData: false,
      logDestination: `${String(logs.outputs["arn"])}:*`,
    });
  });
});
