import { expect } from "chai";
import type { RecordedResource } from "../../local/pulumi/graph";
import { ofType, resource, statements } from "../support/graph";
import { ACCOUNT, deployProgram, REGION } from "../support/mocks";

/** Actions for which IAM accepts no narrower resource, or that are checked against all there is. */
const UNSCOPED = [
  "cloudwatch:PutMetricData",
  "ecr:GetAuthorizationToken",
  "logs:CreateLogDelivery",
  "logs:DeleteLogDelivery",
  "logs:DescribeLogGroups",
  "logs:DescribeResourcePolicies",
  "logs:GetLogDelivery",
  "logs:ListLogDeliveries",
  "logs:PutResourcePolicy",
  "logs:UpdateLogDelivery",
  "xray:GetSamplingRules",
  "xray:GetSamplingTargets",
  "xray:PutTelemetryRecords",
  "xray:PutTraceSegments",
];

describe("the roles of the stack", () => {
  let resources: readonly RecordedResource[] = [];
  let policies: readonly RecordedResource[] = [];

  before(async () => {
    ({ resources } = await deployProgram({
      endpoint: { instanceType: "ml.m5.xlarge", capture: 100 },
    }));
    policies = ofType(resources, "aws:iam/rolePolicy:RolePolicy");
  });

  it("are one per job, each assumed by its own service, for this account only", () => {
    // Act
    const trusted = ofType(resources, "aws:iam/role:Role").map(({ name, inputs }) => {
      const [statement, ...others] = statements(inputs["assumeRolePolicy"]);
      expect(others).to.deep.equal([]);
      expect(statement?.Condition, name).to.deep.equal({
        StringEquals: { "aws:SourceAccount": ACCOUNT },
      });
      return [name, (statement?.Principal as { Service: string }).Service];
    });

    // Assess
    expect(Object.fromEntries(trusted)).to.deep.equal({
      "training-role": "sagemaker.amazonaws.com",
      "hosting-role": "sagemaker.amazonaws.com",
      "workflow-serialize-role": "lambda.amazonaws.com",
      "workflow-classify-role": "lambda.amazonaws.com",
      "workflow-filter-role": "lambda.amazonaws.com",
      "workflow-role": "states.amazonaws.com",
      "review-page-role": "lambda.amazonaws.com",
      "review-prepare-role": "lambda.amazonaws.com",
      "review-role": "states.amazonaws.com",
      "review-events-role": "events.amazonaws.com",
      "workflow-events-role": "events.amazonaws.com",
      "monitoring-drift-role": "lambda.amazonaws.com",
      "monitoring-drift-schedule-role": "scheduler.amazonaws.com",
    });
  });

  it("have inline policies only, of named actions", () => {
    expect(ofType(resources, "aws:iam/rolePolicyAttachment:RolePolicyAttachment")).to.be.empty;
    for (const { name, inputs } of policies) {
      for (const { Action } of statements(inputs["policy"])) {
        for (const action of [Action].flat()) {
          expect(action, name).to.match(/^[a-z0-9-]+:[A-Za-z0-9]+$/);
        }
      }
    }
  });

  it("are allowed on all resources only where IAM knows nothing narrower", () => {
    const unscoped = policies.flatMap(({ inputs }) =>
      statements(inputs["policy"])
        .filter(({ Resource }) => [Resource].flat().includes("*"))
        .flatMap(({ Action }) => Action),
    );
    expect([...new Set(unscoped)]).to.have.members(UNSCOPED);
  });

  it("let SageMaker's containers fetch their image, and write their logs and metrics", () => {
    for (const [role, group] of [
      ["training-role-policy", "/aws/sagemaker/TrainingJobs"],
      ["hosting-role-policy", "/aws/sagemaker/Endpoints"],
    ]) {
      const { inputs } = resource(resources, "aws:iam/rolePolicy:RolePolicy", role);
      const granted = statements(inputs["policy"]).filter(({ Action }) =>
        /^(logs|ecr|cloudwatch:Put)/.test(String(Action)),
      );
      expect(granted, role).to.deep.equal([
        {
          Effect: "Allow",
          Action: [
            "logs:CreateLogGroup",
            "logs:CreateLogStream",
            "logs:DescribeLogStreams",
            "logs:PutLogEvents",
          ],
          Resource: [`arn:aws:logs:${REGION}:${ACCOUNT}:log-group:${group}*`],
        },
        {
          Effect: "Allow",
          Action: [
            "ecr:BatchCheckLayerAvailability",
            "ecr:BatchGetImage",
            "ecr:GetDownloadUrlForLayer",
          ],
          Resource: [`arn:aws:ecr:${REGION}:*:repository/image-classification`],
        },
        { Effect: "Allow", Action: ["ecr:GetAuthorizationToken"], Resource: ["*"] },
        {
          Effect: "Allow",
          Action: ["cloudwatch:PutMetricData"],
          Resource: ["*"],
          Condition: { StringLike: { "cloudwatch:namespace": "/aws/sagemaker/*" } },
        },
      ]);
    }
  });

  it("let the endpoint's updates look at alarms, and the state machine do its part only", () => {
    // Act
    const grants = (role: string) =>
      statements(resource(resources, "aws:iam/rolePolicy:RolePolicy", role).inputs["policy"]).map(
        ({ Action, Resource }) => [[Action].flat()[0], [Resource].flat().length],
      );

    // Assess
    expect(grants("hosting-role-policy")).to.deep.include(["cloudwatch:DescribeAlarms", 1]);
    expect(grants("workflow-batches-policy")).to.deep.equal([
      ["states:StartExecution", 1],
      ["states:DescribeExecution", 1],
    ]);
    expect(grants("workflow-role-policy")).to.deep.equal([
      ["lambda:InvokeFunction", 3],
      ["s3:PutObject", 5],
      ["s3:GetObject", 3],
      ["s3:GetObject", 2],
      ["s3:ListBucket", 1],
      ["kms:GenerateDataKey", 1],
      ["kms:Decrypt", 1],
      ["logs:CreateLogDelivery", 1],
      ["xray:PutTraceSegments", 1],
    ]);
    expect(grants("review-answers-policy")).to.deep.equal([["states:SendTaskSuccess", 1]]);
    expect(grants("review-role-policy")).to.deep.equal([
      ["lambda:InvokeFunction", 1],
      ["s3:PutObject", 4],
      ["s3:GetObject", 1],
      ["s3:DeleteObject", 1],
      ["kms:GenerateDataKey", 1],
      ["kms:Decrypt", 1],
      ["sns:Publish", 1],
      ["kms:GenerateDataKey", 1],
      ["cloudwatch:PutMetricData", 1],
      ["logs:CreateLogDelivery", 1],
      ["xray:PutTraceSegments", 1],
    ]);
  });

  it("use the key only through another service", () => {
    // Act
    const users = policies.filter(({ inputs }) =>
      statements(inputs["policy"]).some(
        ({ Action, Condition }) =>
          String(Action).startsWith("kms:") &&
          Condition?.["StringEquals"]?.["kms:ViaService"] !== undefined,
      ),
    );

    // Assess
    expect(users.map(({ name }) => name)).to.have.members([
      "training-role-policy",
      "hosting-role-policy",
      "workflow-serialize-role-policy",
      "workflow-role-policy",
      "review-page-role-policy",
      "review-prepare-role-policy",
      "monitoring-drift-role-policy",
      "review-role-policy",
    ]);
    expect(resource(resources, "aws:kms/key:Key", "data").inputs["enableKeyRotation"]).to.equal(
      true,
    );
  });

  it("are waited for, policies included, by whatever assumes them", () => {
    const consumers = resources.filter(({ inputs }) =>
      ["roleArn", "role", "executionRoleArn"].some(
        (property) => property in inputs && String(inputs[property]).startsWith("arn:"),
      ),
    );
    expect(consumers).to.have.length.above(5);
    for (const { name, dependencies } of consumers) {
      expect(
        dependencies.some((urn) => urn.includes("aws:iam/rolePolicy:RolePolicy")),
        name,
      ).to.equal(true);
    }
  });
});
