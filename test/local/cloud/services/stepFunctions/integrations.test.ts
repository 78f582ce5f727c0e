import { expect } from "chai";
import { Authority, LOCAL_ACCOUNT_ID } from "../../../../../local/cloud/iam";
import type { Datum } from "../../../../../local/cloud/services/cloudWatch/metrics";
import { Lambda } from "../../../../../local/cloud/services/lambda/service";
import { Topics } from "../../../../../local/cloud/services/sns";
import { integrationsOf } from "../../../../../local/cloud/services/stepFunctions/integrations";
import { Gateway } from "../../../../../local/cloud/gateway";
import { S3Service } from "../../../../../local/cloud/services/s3";
import { allow, rejectionOf, trust } from "../../../pulumi/resources/support";

const ROLE = `arn:aws:iam::${LOCAL_ACCOUNT_ID}:role/workflow`;
const FUNCTION = `arn:aws:lambda:eu-west-1:${LOCAL_ACCOUNT_ID}:function:f`;
const TOPIC = `arn:aws:sns:eu-west-1:${LOCAL_ACCOUNT_ID}:reviews`;
const KEY = `arn:aws:kms:eu-west-1:${LOCAL_ACCOUNT_ID}:key/k`;

describe("tasks that call services", () => {
  let authority: Authority;
  let lambda: Lambda;
  let topics: Topics;
  let s3: S3Service;
  let measured: Datum[];
  let gateway: Gateway;
  /** Runs a task as the state machine's role. */
  let run: (resource: string, parameters: unknown) => Promise<unknown>;

  const permit = (...policies: readonly string[]) => {
    policies.forEach((policy, index) => {
      authority.putRolePolicy(ROLE, `policy-${index}`, policy);
    });
  };
  const invoke = (payload: unknown = {}) =>
    run("states:::lambda:invoke", { FunctionName: FUNCTION, Payload: payload });
  const publish = () => run("states:::sns:publish", { TopicArn: TOPIC, Message: "look" });
  const put = (Bucket = "results") =>
    run("states:::aws-sdk:s3:putObject", { Bucket, Key: "a.json", Body: { a: 1 } });
  const deploy = (code: string) =>
    lambda.createFunction({
      arn: FUNCTION,
      name: "f",
      handler: "index.handler",
      files: new Map([["index.mjs", `export const handler = ${code};`]]),
      environment: {},
      timeoutSeconds: 5,
    });

  beforeEach(async () => {
    authority = new Authority(LOCAL_ACCOUNT_ID);
    authority.putRole(ROLE, trust("states.amazonaws.com"));
    lambda = new Lambda();
    topics = new Topics();
    s3 = new S3Service();
    measured = [];
    s3.createBucket("results");
    gateway = new Gateway(authority, () => undefined);
    gateway.register("s3", s3);
    const endpoint = await gateway.start();
    const integrations = integrationsOf({
      lambda,
      topics,
      s3,
      publish: (...data) => measured.push(...data),
      authority,
      assumeRole: (roleArn, service) => ({
        endpoint,
        region: "eu-west-1",
        credentials: authority.assumeRole(roleArn, service),
      }),
    });
    run = async (resource, parameters) => integrations.tasks.get(resource)?.(parameters, ROLE);
  });
  afterEach(async () => {
    await lambda.stop();
    await gateway.stop();
  });

  it("give a function's payload back with its status", async () => {
    // Prepare
    await deploy("(event) => event.value + 1");
    permit(allow("lambda:InvokeFunction", FUNCTION));

    // Act
    const result = await invoke({ value: 1 });

    // Assess
    expect(result).to.deep.equal({ ExecutedVersion: "$LATEST", Payload: 2, StatusCode: 200 });
  });

  for (const [code, name] of [
    ["() => { throw Object.assign(new Error('no'), { name: 'OddError' }); }", "OddError"],
    ["() => process.exit(1)", "Lambda.Unknown"],
  ] as const) {
    it(`name a function's error, or say that it is not known: ${name}`, async () => {
      // Prepare
      await deploy(code);
      permit(allow("lambda:InvokeFunction", FUNCTION));

      // Act
      const error = await rejectionOf(invoke());

      // Assess
      expect(error).to.have.property("name", name);
      expect(JSON.parse((error as Error).message)).to.have.all.keys(
        ...["errorType", "errorMessage", "trace"],
      );
    });
  }

  it("measure in the namespaces that the role may measure in", async () => {
    // Prepare
    const measure = (Namespace: string) =>
      run("states:::aws-sdk:cloudwatch:putMetricData", {
        Namespace,
        MetricData: [
          { MetricName: "Troubles", Dimensions: [{ Name: "Machine", Value: "m" }], Value: 1 },
        ],
      });
    permit(
      JSON.stringify({
        Version: "2012-10-17",
        Statement: {
          ...{ Effect: "Allow", Action: "cloudwatch:PutMetricData", Resource: "*" },
          Condition: { StringEquals: { "cloudwatch:namespace": "Ours" } },
        },
      }),
    );

    // Act
    const answer = await measure("Ours");
    const error = await rejectionOf(measure("Theirs"));

    // Assess
    expect(answer).to.deep.equal({});
    expect(measured).to.deep.equal([
      { namespace: "Ours", name: "Troubles", dimensions: { Machine: "m" }, value: 1 },
    ]);
    expect(error).to.have.property("name", "CloudWatch.AccessDeniedException");
  });

  it("fail with the service's name before the refusal's", async () => {
    // Prepare
    await deploy("() => 1");
    topics.createTopic(TOPIC);

    // Act
    const errors = [
      await rejectionOf(invoke()),
      await rejectionOf(publish()),
      await rejectionOf(put()),
    ];

    // Assess
    expect(errors.map((error) => (error as Error).name)).to.deep.equal([
      "Lambda.AccessDeniedException",
      "SNS.AccessDeniedException",
      "S3.S3Exception",
    ]);
    expect(errors[0]).to.have.property("message").that.includes("lambda:InvokeFunction");
    expect(topics.messages(TOPIC)).to.deep.equal([]);
  });

  it("fail alike when what they call is not there", async () => {
    // Prepare
    permit(
      allow("lambda:InvokeFunction", FUNCTION),
      allow("sns:Publish", TOPIC),
      allow("s3:PutObject", "arn:aws:s3:::nowhere/*"),
    );

    // Act
    const errors = [
      await rejectionOf(invoke()),
      await rejectionOf(publish()),
      await rejectionOf(put("nowhere")),
    ];

    // Assess
    expect(errors.map((error) => (error as Error).name)).to.deep.equal([
      "Lambda.ResourceNotFoundException",
      "SNS.NotFoundException",
      "S3.NoSuchBucketException",
    ]);
  });

  it("publish to an encrypted topic only for who may use its key, through SNS", async () => {
    // Prepare
    topics.createTopic(TOPIC, KEY);
    const publishing = allow("sns:Publish", TOPIC);
    const useKey = (service: string, actions: readonly string[]) => {
      const policy = JSON.parse(allow(actions, KEY)) as { Statement: object };
      const condition = {
        StringEquals: { "kms:ViaService": `${service}.eu-west-1.amazonaws.com` },
      };
      return JSON.stringify({ Statement: { ...policy.Statement, Condition: condition } });
    };
    const both = ["kms:GenerateDataKey", "kms:Decrypt"];

    // Act
    permit(publishing);
    const without = await rejectionOf(publish());
    permit(publishing, useKey("sns", ["kms:GenerateDataKey"]));
    const half = await rejectionOf(publish());
    permit(publishing, useKey("s3", both));
    const elsewhere = await rejectionOf(publish());
    const before = topics.messages(TOPIC).length;
    permit(publishing, useKey("sns", both));
    const result = await publish();

    // Assess
    for (const [error, action] of [
      [without, "kms:GenerateDataKey"],
      [half, "kms:Decrypt"],
      [elsewhere, "kms:GenerateDataKey"],
    ] as const) {
      expect(error).to.have.property("name", "SNS.AccessDeniedException");
      expect(error).to.have.property("message").that.includes(action).and.includes(KEY);
    }
    expect(before).to.equal(0);
    expect(topics.messages(TOPIC)).to.deep.equal([
      { id: (result as { MessageId: string }).MessageId, message: "look" },
    ]);
  });

  it("store a JSON body as its text", async () => {
    // Prepare
    permit(allow("s3:PutObject", "arn:aws:s3:::results/*"));

    // Act
    const result = await put();

    // Assess
    expect(result)
      .to.have.property("ETag")
      .that.matches(/^"[0-9a-f]{32}"$/);
  });

  it("reject parameters that the integration does not take", async () => {
    // Act
    const error = await rejectionOf(
      run("states:::lambda:invoke", { FunctionName: FUNCTION, Qualifier: "1" }),
    );

    // Assess
    expect(error).to.have.property("message").that.includes("Qualifier");
  });
});
