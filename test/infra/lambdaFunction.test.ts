import { expect } from "chai";
import { packageFunction } from "../../infra/functionPackage";
import { LambdaFunction, type LambdaFunctionArgs } from "../../infra/lambdaFunction";
import { inventory, resource, statements } from "../support/graph";
import { deploy } from "../support/mocks";

const ARGS: LambdaFunctionArgs = {
  source: "filter-inference",
  environment: { CONFIDENCE_THRESHOLD: "0.8" },
  statements: [{ actions: ["s3:GetObject"], resources: ["arn:aws:s3:::bucket/*"] }],
  memorySize: 128,
  timeoutSeconds: 10,
  logRetentionDays: 14,
  placement: undefined,
};

describe("LambdaFunction", () => {
  it("is the bundle of its handler, under a role and a log group of its own", async () => {
    // Act
    const { resources } = await deploy(() => new LambdaFunction("filter", ARGS));

    // Assess
    const { code, ...inputs } = resource(resources, "aws:lambda/function:Function").inputs;
    const role = resource(resources, "aws:iam/role:Role").outputs["arn"];
    expect(inputs).to.deep.equal({
      role,
      runtime: "nodejs24.x",
      architectures: ["arm64"],
      handler: "index.handler",
      environment: { variables: { CONFIDENCE_THRESHOLD: "0.8" } },
      memorySize: 128,
      timeout: 10,
      tracingConfig: { mode: "Active" },
      loggingConfig: { logFormat: "JSON", logGroup: "filter-1a2b3c4" },
    });
    const { assets } = code as { assets: Record<string, { path?: string | Promise<string> }> };
    const files = packageFunction("filter-inference");
    expect(Object.keys(files)).to.deep.equal(["index.js"]);
    expect(Object.keys(assets)).to.deep.equal(["index.js"]);
    // No text of it, which would be in the state.
    expect(assets["index.js"]).not.to.have.property("text");
    expect(await assets["index.js"]?.path).to.equal(files["index.js"]);
  });

  it("may write its own logs and traces, and what it is given", async () => {
    // Act
    const { resources } = await deploy(() => new LambdaFunction("filter", ARGS));

    // Assess
    const logs = resource(resources, "aws:cloudwatch/logGroup:LogGroup");
    const policy = resource(resources, "aws:iam/rolePolicy:RolePolicy").inputs["policy"];
    expect(logs.inputs).to.deep.equal({ retentionInDays: 14 });
    expect(statements(policy)).to.deep.equal([
      {
        Effect: "Allow",
        Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
        Resource: [`${String(logs.outputs["arn"])}:*`],
      },
      {
        Effect: "Allow",
        Action: [
          "xray:PutTraceSegments",
          "xray:PutTelemetryRecords",
          "xray:GetSamplingRules",
          "xray:GetSamplingTargets",
        ],
        Resource: ["*"],
      },
      { Effect: "Allow", Action: ["s3:GetObject"], Resource: ["arn:aws:s3:::bucket/*"] },
    ]);
  });

  it("is made of the same resources in a preview, beside another one", async () => {
    // Prepare
    const build = () => [new LambdaFunction("one", ARGS), new LambdaFunction("two", ARGS)];

    // Act
    const updated = await deploy(build);
    const previewed = await deploy(build, { preview: true });

    // Assess
    expect(inventory(previewed.resources)).to.have.members([...inventory(updated.resources)]);
  });
});
