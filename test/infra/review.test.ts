import { expect } from "chai";
import { ENVIRONMENT } from "../../contract/environment";
import { reviewDefinition } from "../../infra/reviewMachine";
import { inventory, ofType, resource, statements } from "../support/graph";
import { deployProgram, REGION } from "../support/mocks";
import type { RecordedResource } from "../../local/pulumi/graph";

const CONFIG = { endpoint: { instanceType: "ml.m5.xlarge", capture: 100 } };
const BUCKET = "inference-1a2b3c4";

describe("HumanReview", () => {
  let resources: readonly RecordedResource[] = [];

  before(async () => {
    ({ resources } = await deployProgram({
      ...CONFIG,
      workflow: { notificationEmail: "reviewer@example.com" },
      review: { timeoutHours: 48 },
    }));
  });

  const arn = (type: string, name: string) =>
    String(resource(resources, type, name).outputs["arn"]);
  const grants = (role: string) =>
    statements(resource(resources, "aws:iam/rolePolicy:RolePolicy", role).inputs["policy"]);

  it("has a machine over its own function, bucket and topic, that waits as long as it is told", () => {
    // Act
    const { inputs } = resource(resources, "aws:sfn/stateMachine:StateMachine", "review");

    // Assess
    expect(JSON.parse(inputs["definition"] as string)).to.deep.equal(
      JSON.parse(
        JSON.stringify(
          reviewDefinition({
            partition: "aws",
            bucketName: BUCKET,
            prepareFunctionArn: arn("aws:lambda/function:Function", "review-prepare"),
            topicArn: arn("aws:sns/topic:Topic", "review"),
            timeoutHours: 48,
          }),
        ),
      ),
    );
    expect(inputs["definition"]).to.contain(`"TimeoutSeconds":${48 * 3600}`);
    // Express executions cannot wait for a token.
    expect(inputs["type"]).to.equal("STANDARD");
    expect(inputs["loggingConfiguration"]).to.deep.include({ includeExecutionData: false });
  });

  it("is begun by every doubtful verdict's record, and by nothing else", () => {
    // Act
    const rule = resource(resources, "aws:cloudwatch/eventRule:EventRule", "review");
    const target = resource(resources, "aws:cloudwatch/eventTarget:EventTarget", "review");

    // Assess
    expect(JSON.parse(rule.inputs["eventPattern"] as string)).to.deep.equal({
      source: ["aws.s3"],
      "detail-type": ["Object Created"],
      detail: { bucket: { name: [BUCKET] }, object: { key: [{ prefix: "review/" }] } },
    });
    const machine = arn("aws:sfn/stateMachine:StateMachine", "review");
    expect(target.inputs["arn"]).to.equal(machine);
    expect(grants("review-events-role-policy")).to.deep.equal([
      { Effect: "Allow", Action: ["states:StartExecution"], Resource: [machine] },
    ]);
  });

  it("gives its functions the settings they read, and no secret among them", () => {
    // Act
    const [prepare, page] = ["review-prepare", "review-page"].map(
      (name) => resource(resources, "aws:lambda/function:Function", name).inputs["environment"],
    );

    // Assess
    const common = {
      [ENVIRONMENT.bucketName]: BUCKET,
      [ENVIRONMENT.reviewKey]: arn("aws:kms/key:Key", "review-page-links"),
    };
    const { functionUrl } = resource(resources, "aws:lambda/functionUrl:FunctionUrl").outputs;
    expect(functionUrl).to.be.a("string");
    expect(prepare).to.deep.equal({
      variables: { ...common, [ENVIRONMENT.reviewPage]: functionUrl },
    });
    expect(page).to.deep.equal({
      variables: {
        ...common,
        [ENVIRONMENT.classNames]: '["bicycle","motorcycle","pickup_truck"]',
        [ENVIRONMENT.maxPixels]: "52000000",
      },
    });
  });

  it("signs links with a key of AWS KMS that can do nothing else", () => {
    expect(resource(resources, "aws:kms/key:Key", "review-page-links").inputs).to.include({
      keyUsage: "GENERATE_VERIFY_MAC",
      customerMasterKeySpec: "HMAC_256",
    });
  });

  it("lets everyone call the page by its URL, and in no other way", () => {
    // Act
    const { inputs } = resource(resources, "aws:lambda/functionUrl:FunctionUrl");
    const permissions = ofType(resources, "aws:lambda/permission:Permission").map(
      (each) => each.inputs,
    );

    // Assess
    const open = { function: inputs["functionName"], principal: "*" };
    expect(inputs["authorizationType"]).to.equal("NONE");
    expect(permissions).to.deep.equal([
      { ...open, action: "lambda:InvokeFunctionUrl", functionUrlAuthType: "NONE" },
      { ...open, action: "lambda:InvokeFunction", invokedViaFunctionUrl: true },
    ]);
  });

  it("lets the page read pictures and what waits, write answers, and wake its own machine", () => {
    // Act
    const own = grants("review-page-role-policy").slice(2);

    // Assess
    const under = (...prefixes: string[]) =>
      prefixes.map((prefix) => `arn:aws:s3:::${BUCKET}/${prefix}*`);
    expect(own.map(({ Action, Resource }) => [Action, Resource]).slice(0, 5)).to.deep.equal([
      [["kms:GenerateMac", "kms:VerifyMac"], [arn("aws:kms/key:Key", "review-page-links")]],
      [["s3:GetObjectVersion"], under("incoming/", "batches/")],
      [["s3:GetObject"], under("waiting/", "answers/")],
      [["s3:PutObject"], under("answers/")],
      [["s3:ListBucket"], [`arn:aws:s3:::${BUCKET}`]],
    ]);
    expect(grants("review-answers-policy")).to.deep.equal([
      {
        Effect: "Allow",
        Action: ["states:SendTaskSuccess"],
        Resource: [arn("aws:sfn/stateMachine:StateMachine", "review")],
      },
    ]);
  });

  it("encrypts what it tells reviewers, and may", () => {
    const key = arn("aws:kms/key:Key", "data");
    expect(resource(resources, "aws:sns/topic:Topic", "review").inputs).to.deep.equal({
      kmsMasterKeyId: key,
    });
    expect(grants("review-role-policy")).to.deep.include({
      Effect: "Allow",
      Action: ["kms:GenerateDataKey", "kms:Decrypt"],
      Resource: [key],
      Condition: { StringEquals: { "kms:ViaService": `sns.${REGION}.amazonaws.com` } },
    });
  });

  it("tells the reviewer by e-mail, if there is one", async () => {
    // Act
    const { resources: without } = await deployProgram(CONFIG);

    // Assess
    const { inputs } = resource(resources, "aws:sns/topicSubscription:TopicSubscription");
    expect(inputs).to.deep.include({ protocol: "email", endpoint: "reviewer@example.com" });
    expect(ofType(without, "aws:sns/topicSubscription:TopicSubscription")).to.deep.equal([]);
  });

  it("is gone, and nothing else with it, when it is switched off", async () => {
    // Act
    const { resources: without } = await deployProgram({ ...CONFIG, review: { enabled: false } });

    // Assess
    const remaining = new Set(inventory(without));
    const gone = inventory(resources).filter((each) => !remaining.has(each));
    expect(gone).not.to.be.empty;
    for (const each of gone) {
      expect(each).to.match(/ (monitoring-)?review(-.*)?$/);
    }
  });
});
