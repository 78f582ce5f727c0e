import { expect } from "chai";
import * as pulumi from "@pulumi/pulumi";
import { ServiceRole, type ServiceRoleArgs } from "../../infra/serviceRole";
import { resource, statements } from "../support/graph";
import { ACCOUNT, deploy, REGION } from "../support/mocks";
import { dependenciesOf, valueOf } from "../support/outputs";

const ARGS: ServiceRoleArgs = {
  service: "lambda.amazonaws.com",
  statements: [
    { actions: ["s3:GetObject"], resources: [pulumi.output("arn:aws:s3:::bucket/a*")] },
    { actions: ["x:Y"], resources: ["*"], conditions: { StringLike: { "x:z": "a*" } } },
  ],
};

describe("ServiceRole", () => {
  for (const preview of [false, true]) {
    it(`lets one service assume it, and grants what it is given (preview: ${preview})`, async () => {
      // Act
      const { resources } = await deploy(() => new ServiceRole("job", ARGS), { preview });

      // Assess
      const role = resource(resources, "aws:iam/role:Role", "job");
      expect(Object.keys(role.inputs)).to.deep.equal(["assumeRolePolicy"]);
      expect(statements(role.inputs["assumeRolePolicy"])).to.deep.equal([
        {
          Effect: "Allow",
          Principal: { Service: "lambda.amazonaws.com" },
          Action: "sts:AssumeRole",
          Condition: { StringEquals: { "aws:SourceAccount": ACCOUNT } },
        },
      ]);
      const policy = resource(resources, "aws:iam/rolePolicy:RolePolicy", "job-policy");
      expect(statements(policy.inputs["policy"])).to.deep.equal([
        { Effect: "Allow", Action: ["s3:GetObject"], Resource: ["arn:aws:s3:::bucket/a*"] },
        {
          Effect: "Allow",
          Action: ["x:Y"],
          Resource: ["*"],
          Condition: { StringLike: { "x:z": "a*" } },
        },
      ]);
    });
  }

  it("is not known before its policy is attached", async () => {
    // Act
    const { value, resources } = await deploy(() => new ServiceRole("job", ARGS));

    // Assess
    const policy = resource(resources, "aws:iam/rolePolicy:RolePolicy");
    expect(await dependenciesOf(value.arn)).to.contain(policy.urn);
  });

  it("stands beside another one", async () => {
    // Act
    const { resources } = await deploy(() => [
      new ServiceRole("one", ARGS),
      new ServiceRole("two", ARGS),
    ]);

    // Assess
    const parents = resources.filter(({ custom }) => custom).map(({ parent }) => parent);
    expect(parents.map((urn) => urn.split("::").at(-1))).to.have.members([
      "one",
      "one",
      "two",
      "two",
    ]);
  });

  it("gives its ARN to whoever uses it", async () => {
    const { value } = await deploy(() => new ServiceRole("job", ARGS));
    expect(await valueOf(value.arn)).to.equal(`arn:aws:iam:${REGION}:${ACCOUNT}:role/job-1a2b3c4`);
  });
});
