import { expect } from "chai";
import type { Cloud } from "../../../../local/cloud";
import { inventory } from "./inventory";
import { rejectionOf, Resources, startCloud } from "./support";

const VARIANT = { modelName: "m", variantName: "v", instanceType: "t", initialInstanceCount: 1 };

/** Wrong inputs, and the property that the refusal must name. */
const WRONG: readonly [type: string, inputs: Record<string, unknown>, property: string][] = [
  ["aws:cloudwatch/eventRule:EventRule", {}, "eventPattern"],
  ["aws:cloudwatch/eventTarget:EventTarget", { rule: "r", arn: "a" }, "roleArn"],
  ["aws:iam/role:Role", { assumeRolePolicy: {} }, "assumeRolePolicy"],
  ["aws:iam/rolePolicy:RolePolicy", { role: "r" }, "policy"],
  ["aws:kms/key:Key", { keyUsage: "SIGN_VERIFY" }, "keyUsage"],
  ["aws:lambda/function:Function", { role: "r", handler: "h", code: {} }, "code"],
  [
    "aws:lambda/functionUrl:FunctionUrl",
    { functionName: "f", authorizationType: "AWS_IAM" },
    "authorizationType",
  ],
  ["aws:lambda/permission:Permission", { function: "f", action: "a" }, "principal"],
  ["aws:s3/bucket:Bucket", { forceDestroy: "yes" }, "forceDestroy"],
  ["aws:s3/bucketNotification:BucketNotification", { bucket: "b", queues: [] }, "queues"],
  ["aws:s3/bucketPolicy:BucketPolicy", { bucket: "b" }, "policy"],
  [
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
    {
      bucket: "b",
      rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "rot13" } }],
    },
    "rules[0].applyServerSideEncryptionByDefault.sseAlgorithm",
  ],
  [
    "aws:s3/bucketVersioning:BucketVersioning",
    { bucket: "b", versioningConfiguration: { status: "On" } },
    "versioningConfiguration.status",
  ],
  ["aws:sagemaker/endpoint:Endpoint", {}, "endpointConfigName"],
  [
    "aws:sagemaker/endpointConfiguration:EndpointConfiguration",
    { productionVariants: [VARIANT, VARIANT] },
    "productionVariants",
  ],
  ["aws:sagemaker/model:Model", { executionRoleArn: "r" }, "primaryContainer"],
  [
    "aws:sagemaker/trainingJob:TrainingJob",
    { trainingJobName: "job", inputDataConfigs: {} },
    "inputDataConfigs",
  ],
  ["aws:sfn/stateMachine:StateMachine", { roleArn: "r" }, "definition"],
  ["aws:sns/topic:Topic", { kmsMasterKeyId: 1 }, "kmsMasterKeyId"],
  ["awsx:ec2:Vpc", { availabilityZoneNames: [] }, "availabilityZoneNames"],
  ["command:local:Command", { create: 1 }, "create"],
];

describe("inputs of a resource that its type does not take", () => {
  let cloud: Cloud;
  before(async () => {
    cloud = await startCloud();
  });
  after(() => cloud.stop());

  for (const [type, inputs, property] of WRONG) {
    it(`are refused in ${type}: ${property}`, async () => {
      // Prepare
      const resources = new Resources(type, () => cloud);

      // Act
      const errors = [
        await rejectionOf(resources.create("odd", inputs)),
        await rejectionOf(resources.update("odd", "odd", inputs)),
      ];

      // Assess
      for (const error of errors) {
        expect(error).to.have.property("message").that.includes(`${type} odd: `);
        expect(error).to.have.property("message").that.includes(property);
      }
      expect(inventory(cloud)).to.deep.equal({});
    });
  }
});

describe("a resource of a type that the local cloud does not have", () => {
  let cloud: Cloud;
  before(async () => {
    cloud = await startCloud();
  });
  after(() => cloud.stop());

  for (const type of [
    "aws:glue/job:Job",
    "aws-native:s3:Bucket",
    "random:index:RandomId",
    "constructor",
  ]) {
    it(`is refused by name, with the types that there are: ${type}`, async () => {
      // Prepare
      const resources = new Resources(type, () => cloud);

      // Act
      const errors = [
        await rejectionOf(resources.create("odd", {})),
        await rejectionOf(Promise.resolve().then(() => resources.update("odd", "odd", {}))),
        await rejectionOf(Promise.resolve().then(() => resources.delete("odd", "odd", {}))),
      ];

      // Assess
      for (const error of errors) {
        expect(error).to.have.property("name", "UnsupportedResourceError");
        expect(error)
          .to.have.property("message")
          .that.includes(`${type}, which the program calls "odd"`);
        expect(error).to.have.property("message").that.includes("aws:s3/bucket:Bucket");
      }
    });
  }
});

describe("a resource that does nothing in the local cloud", () => {
  let cloud: Cloud;
  before(async () => {
    cloud = await startCloud();
  });
  after(() => cloud.stop());

  for (const [type, inputs, arn] of [
    [
      "aws:cloudwatch/logGroup:LogGroup",
      { name: "/a/b" },
      "arn:aws:logs:eu-west-1:000000000000:log-group:/a/b",
    ],
    ["aws:budgets/budget:Budget", { name: "a" }, "arn:aws:budgets:eu-west-1:000000000000:budget/a"],
  ] as const) {
    it(`is recorded with a name and an ARN, changed and deleted: ${type}`, async () => {
      // Prepare
      const resources = new Resources(type, () => cloud);

      // Act
      const made = await resources.create("one", inputs);
      const changed = await resources.update(made.id, "one", { ...inputs, tags: {} });
      await resources.delete(made.id, "one", inputs);
      await resources.delete(made.id, "one", inputs);

      // Assess
      expect(made).to.deep.equal({ id: inputs.name, name: inputs.name, arn });
      expect(changed).to.deep.equal({});
    });
  }

  it("gets a name of its own, which is the same in every run", async () => {
    // Prepare
    const keys = new Resources("aws:kms/key:Key", () => cloud);

    // Act
    const [one, again, other] = [
      await keys.create("one", {}),
      await keys.create("one", {}),
      await keys.create("other", {}),
    ];

    // Assess
    expect(one.id)
      .to.match(/^one-[0-9a-f]{7}$/)
      .and.to.equal(again.id);
    expect(other.id).not.to.equal(one.id);
  });

  it("is a network whose subnets and route tables are as many as its zones", async () => {
    // Act
    const vpc = await new Resources("awsx:ec2:Vpc", () => cloud).create("network", {
      availabilityZoneNames: ["eu-west-1a", "eu-west-1b"],
    });

    // Assess
    expect(vpc["vpcId"]).to.match(/^vpc-network-/);
    expect(vpc["isolatedSubnetIds"]).to.have.length(2);
    expect(vpc["routeTables"]).to.have.length(2).and.to.have.nested.property("[0].id");
  });

  it("is a list of addresses that a rule can name, if it is the gateway to a service", async () => {
    // Act
    const endpoints = new Resources("aws:ec2/vpcEndpoint:VpcEndpoint", () => cloud);
    const [gateway, other] = [
      await endpoints.create("s3", { vpcEndpointType: "Gateway" }),
      await endpoints.create("runtime", { vpcEndpointType: "Interface" }),
    ];

    // Assess
    expect(gateway["prefixListId"]).to.match(/^pl-s3-/);
    expect(other).not.to.have.property("prefixListId");
  });
});
