import { expect } from "chai";
import type { RecordedResource } from "../../local/pulumi/graph";
import { inventory, ofType, resource, statements } from "../support/graph";
import { deployProgram, REGION } from "../support/mocks";

const ENDPOINT = { instanceType: "ml.m5.xlarge", capture: 100 };
const SUBNETS = ["subnet-1", "subnet-2"];
/** Workloads, each with the component whose role makes its interfaces. */
const WORKLOADS = [
  "training",
  "hosting",
  "workflow-serialize",
  "workflow-classify",
  "workflow-filter",
  "review-prepare",
  "review-page",
  "monitoring-drift",
];
const ENDPOINTS = "network-endpoints-id";

function mayJoin(resources: readonly RecordedResource[]): readonly string[] {
  return ofType(resources, "aws:iam/rolePolicy:RolePolicy")
    .filter(({ inputs }) =>
      statements(inputs["policy"]).some(({ Action }) =>
        [Action].flat().includes("ec2:CreateNetworkInterface"),
      ),
    )
    .map(({ name }) => name);
}

describe("a private network", () => {
  let resources: readonly RecordedResource[] = [];

  before(async () => {
    ({ resources } = await deployProgram({ endpoint: ENDPOINT, network: "private" }));
  });

  it("has isolated subnets in two zones, and no way out", () => {
    expect(resource(resources, "awsx:ec2:Vpc").inputs).to.deep.include({
      availabilityZoneNames: [`${REGION}a`, `${REGION}b`],
      natGateways: { strategy: "None" },
      subnetStrategy: "Auto",
      subnetSpecs: [{ type: "Isolated" }],
      enableDnsSupport: true,
      enableDnsHostnames: true,
    });
  });

  it("reaches S3 by a gateway, by interfaces the model's endpoint and what reviews and the drift monitor call, and nothing else", () => {
    // Act
    const endpoints = ofType(resources, "aws:ec2/vpcEndpoint:VpcEndpoint").map(
      ({ inputs }) => inputs,
    );

    // Assess
    expect(endpoints).to.deep.equal([
      {
        vpcId: "vpc-1",
        vpcEndpointType: "Gateway",
        serviceName: `com.amazonaws.${REGION}.s3`,
        routeTableIds: ["rtb-1", "rtb-2"],
      },
      ...["sagemaker.runtime", "kms", "states", "sns"].map((service) => ({
        vpcId: "vpc-1",
        vpcEndpointType: "Interface",
        serviceName: `com.amazonaws.${REGION}.${service}`,
        subnetIds: SUBNETS,
        securityGroupIds: [ENDPOINTS],
        privateDnsEnabled: true,
      })),
    ]);
  });

  it("takes the zones of the config instead", async () => {
    // Act
    const { resources: given } = await deployProgram({
      endpoint: ENDPOINT,
      network: "private",
      availabilityZones: ["eu-west-1b", "eu-west-1c"],
    });

    // Assess
    const { inputs } = resource(given, "awsx:ec2:Vpc");
    expect(inputs["availabilityZoneNames"]).to.deep.equal(["eu-west-1b", "eu-west-1c"]);
  });

  for (const [zones, complaint] of [
    [["eu-west-1a"], "availabilityZones"],
    [["eu-west-1a", "eu-west-1a"], "must not name a zone twice"],
    [["eu-west-1a", "Ireland"], "must be a zone such as eu-west-1a"],
  ] as const) {
    it(`refuses the zones ${zones.join(" and ")}`, async () => {
      const config = { endpoint: ENDPOINT, network: "private", availabilityZones: zones };
      const outcome = await deployProgram(config).catch(String);
      expect(outcome).to.contain(complaint);
    });
  }

  it("lets each workload speak HTTPS to these, and training anything to its peers", () => {
    // Act
    const rules = resources
      .filter(({ type }) => type.startsWith("aws:vpc/securityGroup"))
      .map(({ name, inputs }) => [name, inputs]);

    // Assess
    const https = { ipProtocol: "tcp", fromPort: 443, toPort: 443 };
    const expected = WORKLOADS.flatMap((name) => {
      const from = { securityGroupId: `${name}-network-id` };
      return [
        [`${name}-to-s3`, { ...from, ...https, prefixListId: "pl-1", description: "S3" }],
        [
          `${name}-to-endpoints`,
          {
            ...from,
            ...https,
            referencedSecurityGroupId: ENDPOINTS,
            description: "Endpoints of AWS services",
          },
        ],
        [
          `${name}-at-endpoints`,
          {
            securityGroupId: ENDPOINTS,
            ...https,
            referencedSecurityGroupId: `${name}-network-id`,
            description: `From ${name}`,
          },
        ],
      ];
    });
    const peers = {
      securityGroupId: "training-network-id",
      ipProtocol: "-1",
      referencedSecurityGroupId: "training-network-id",
      description: "Between machines of training",
    };
    expect(Object.fromEntries(rules)).to.deep.equal({
      ...Object.fromEntries(expected),
      "training-to-peers": peers,
      "training-from-peers": peers,
    });
  });

  it("deletes each security group before the rights that its interfaces are released with", () => {
    for (const name of WORKLOADS) {
      const group = resource(resources, "aws:ec2/securityGroup:SecurityGroup", `${name}-network`);
      const role = resource(resources, "aws:iam/role:Role", `${name}-role`);
      const rights = resource(resources, "aws:iam/rolePolicy:RolePolicy", `${name}-network`);
      // What depends on another is deleted before it.
      expect(group.dependencies, name).to.include(rights.urn);
      expect(rights.dependencies, name).to.include(role.urn);
    }
  });

  it("keeps these rights in policies of their own, so that none is changed when it is left", () => {
    expect(mayJoin(resources)).to.have.members(WORKLOADS.map((name) => `${name}-network`));
    for (const name of WORKLOADS) {
      const { inputs } = resource(resources, "aws:iam/rolePolicy:RolePolicy", `${name}-network`);
      const actions = statements(inputs["policy"]).flatMap(({ Action }) => Action);
      expect(actions, name).to.satisfy((all: string[]) => all.every((each) => /^ec2:/.test(each)));
    }
  });

  it("gives each role what AWS documents for its kind of workload, and no other right", () => {
    // Prepare: "SageMaker Roles: CreateTrainingJob", "Give SageMaker AI hosted endpoints access to
    // resources in your Amazon VPC", "Giving Lambda functions access to an Amazon VPC"
    const any = [
      "ec2:CreateNetworkInterface",
      "ec2:DeleteNetworkInterface",
      "ec2:DescribeNetworkInterfaces",
      "ec2:DescribeSubnets",
    ];
    const training = [
      ...any,
      "ec2:CreateNetworkInterfacePermission",
      "ec2:DeleteNetworkInterfacePermission",
      "ec2:DescribeDhcpOptions",
      "ec2:DescribeSecurityGroups",
      "ec2:DescribeVpcs",
    ];
    const ofFunction = [...any, "ec2:AssignPrivateIpAddresses", "ec2:UnassignPrivateIpAddresses"];
    const documented: Readonly<Record<string, readonly string[]>> = {
      training,
      hosting: [...training, "ec2:DescribeVpcEndpoints"],
    };

    for (const name of WORKLOADS) {
      // Act
      const { inputs } = resource(resources, "aws:iam/rolePolicy:RolePolicy", `${name}-network`);
      const actions = statements(inputs["policy"]).flatMap(({ Action }) => Action);

      // Assess
      expect(actions, name).to.have.members([...(documented[name] ?? ofFunction)]);
    }
  });

  it("holds training, model and functions, the model's container without any network", () => {
    // Act
    const job = resource(resources, "aws:sagemaker/trainingJob:TrainingJob");
    const model = resource(resources, "aws:sagemaker/model:Model");
    const functions = ofType(resources, "aws:lambda/function:Function");

    // Assess
    const sagemaker = (name: string) => ({
      subnets: SUBNETS,
      securityGroupIds: [`${name}-network-id`],
    });
    expect(job.inputs["vpcConfig"]).to.deep.equal(sagemaker("training"));
    expect(model.inputs).to.deep.include({
      vpcConfig: sagemaker("hosting"),
      enableNetworkIsolation: true,
    });
    expect(functions).to.have.length(6);
    for (const { name, inputs } of functions) {
      expect(inputs["vpcConfig"], name).to.deep.equal({
        subnetIds: SUBNETS,
        securityGroupIds: [`${name}-network-id`],
      });
    }
  });

  it("is made of the same resources in a preview", async () => {
    const previewed = await deployProgram(
      { endpoint: ENDPOINT, network: "private" },
      { preview: true },
    );
    expect(inventory(previewed.resources)).to.have.members([...inventory(resources)]);
  });

  it("leaves no trace in a public stack", async () => {
    // Act
    const { resources: open } = await deployProgram({ endpoint: ENDPOINT });

    // Assess
    const network = open.filter(({ type }) => /^(awsx:|aws:ec2|aws:vpc)/.test(type));
    expect(inventory([open[0], ...network].filter((each) => each !== undefined))).to.be.empty;
    expect(open.filter(({ inputs }) => "vpcConfig" in inputs)).to.be.empty;
    expect(mayJoin(open)).to.be.empty;
    // The model's container has no network, wherever it runs.
    expect(resource(open, "aws:sagemaker/model:Model").inputs).to.deep.include({
      enableNetworkIsolation: true,
    });
  });
});
