import { expect } from "chai";
import type { RecordedResource } from "../../local/graph";
import { ofType, resource, statements } from "../support/graph";
import { ACCOUNT, deployProgram } from "../support/mocks";

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
      "workflow-events-role": "events.amazonaws.com",
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
    ]);
    expect(resource(resources, "aws:kms/key:Key").inputs["enableKeyRotation"]).to.equal(true);
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
