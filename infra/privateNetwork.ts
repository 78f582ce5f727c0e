import * as aws from "@pulumi/aws";
import * as awsx from "@pulumi/awsx";
import * as pulumi from "@pulumi/pulumi";
import { region } from "./account";
import type { Statement } from "./serviceRole";

/** Where a workload is put in a network. */
export interface Placement {
  readonly subnetIds: pulumi.Output<string[]>;
  readonly securityGroupIds: readonly pulumi.Output<string>[];
}

/** Zones that the network spans: SageMaker and Lambda go on when one fails. */
const AVAILABILITY_ZONES = 2;

/**
 * Services that something in the network calls by itself. SageMaker and Lambda pull images, and
 * deliver logs, metrics and traces, from outside of it ("Give SageMaker AI training jobs access to
 * resources in your Amazon VPC"); S3 has a gateway.
 */
const INTERFACE_ENDPOINTS = ["sagemaker.runtime"] as const;

const HTTPS = { ipProtocol: "tcp", fromPort: 443, toPort: 443 };

/**
 * A network without a way to the internet, for training, model and functions: isolated subnets
 * from which S3 and the services above are reached without leaving AWS.
 */
export class PrivateNetwork extends pulumi.ComponentResource {
  readonly workload: Placement;
  /** Interface endpoints, counted in every zone; they cost money while they stand. */
  readonly interfaceEndpoints = INTERFACE_ENDPOINTS.length * AVAILABILITY_ZONES;

  constructor(name: string, opts?: pulumi.ComponentResourceOptions) {
    super("ml-workflow-aws:infra:PrivateNetwork", name, {}, opts);
    const child = { parent: this };

    const vpc = new awsx.ec2.Vpc(
      name,
      {
        numberOfAvailabilityZones: AVAILABILITY_ZONES,
        natGateways: { strategy: "None" },
        subnetStrategy: "Auto",
        subnetSpecs: [{ type: "Isolated" }],
        // Without names, SDKs would not find the endpoints.
        enableDnsSupport: true,
        enableDnsHostnames: true,
      },
      child,
    );
    const s3 = new aws.ec2.VpcEndpoint(
      `${name}-s3`,
      {
        vpcId: vpc.vpcId,
        vpcEndpointType: "Gateway",
        serviceName: pulumi.interpolate`com.amazonaws.${region()}.s3`,
        routeTableIds: vpc.routeTables.apply((tables) => pulumi.all(tables.map(({ id }) => id))),
      },
      child,
    );
    const workload = new aws.ec2.SecurityGroup(
      `${name}-workload`,
      { vpcId: vpc.vpcId, description: "Training, model and functions" },
      child,
    );
    const endpoints = new aws.ec2.SecurityGroup(
      `${name}-endpoints`,
      { vpcId: vpc.vpcId, description: "Endpoints of AWS services" },
      child,
    );
    allowTraffic(name, { workload, endpoints, s3 }, child);
    for (const service of INTERFACE_ENDPOINTS) {
      new aws.ec2.VpcEndpoint(
        `${name}-${service.replaceAll(".", "-")}`,
        {
          vpcId: vpc.vpcId,
          vpcEndpointType: "Interface",
          serviceName: pulumi.interpolate`com.amazonaws.${region()}.${service}`,
          subnetIds: vpc.isolatedSubnetIds,
          securityGroupIds: [endpoints.id],
          privateDnsEnabled: true,
        },
        child,
      );
    }

    this.workload = { subnetIds: vpc.isolatedSubnetIds, securityGroupIds: [workload.id] };
    this.registerOutputs({ workload: this.workload });
  }
}

/** HTTPS from the workload to S3 and the endpoints; anything between the machines of a job. */
function allowTraffic(
  name: string,
  groups: {
    readonly workload: aws.ec2.SecurityGroup;
    readonly endpoints: aws.ec2.SecurityGroup;
    readonly s3: aws.ec2.VpcEndpoint;
  },
  child: pulumi.CustomResourceOptions,
): void {
  const { workload, endpoints, s3 } = groups;
  const any = { ipProtocol: "-1" };
  const { SecurityGroupEgressRule: Egress, SecurityGroupIngressRule: Ingress } = aws.vpc;
  const from = { securityGroupId: workload.id };
  new Egress(`${name}-to-s3`, { ...from, ...HTTPS, prefixListId: s3.prefixListId }, child);
  new Egress(
    `${name}-to-endpoints`,
    { ...from, ...HTTPS, referencedSecurityGroupId: endpoints.id },
    child,
  );
  new Ingress(
    `${name}-from-workload`,
    { securityGroupId: endpoints.id, ...HTTPS, referencedSecurityGroupId: workload.id },
    child,
  );
  // Machines that train together talk on ports of their own choice.
  const peers = { ...from, ...any, referencedSecurityGroupId: workload.id };
  new Egress(`${name}-to-peers`, peers, child);
  new Ingress(`${name}-from-peers`, peers, child);
}

/** Lets a service put network interfaces into the network, as it must to run something there. */
export function joinNetwork(service: "sagemaker" | "lambda"): Statement {
  return {
    actions: [...NETWORK_ACTIONS.both, ...NETWORK_ACTIONS[service]],
    // Interfaces have no ARN before they exist, and the Describe actions know no resources: both
    // services document "*" here.
    resources: ["*"],
  };
}

/** "SageMaker Roles: CreateTrainingJob" and "Giving Lambda functions access to an Amazon VPC". */
const NETWORK_ACTIONS = {
  both: [
    "ec2:CreateNetworkInterface",
    "ec2:DeleteNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSubnets",
  ],
  sagemaker: [
    "ec2:CreateNetworkInterfacePermission",
    "ec2:DeleteNetworkInterfacePermission",
    "ec2:DescribeDhcpOptions",
    "ec2:DescribeSecurityGroups",
    "ec2:DescribeVpcs",
  ],
  lambda: ["ec2:AssignPrivateIpAddresses", "ec2:UnassignPrivateIpAddresses"],
} as const;
