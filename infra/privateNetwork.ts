import { Vpc } from "@pulumi/awsx/ec2";
import * as pulumi from "@pulumi/pulumi";
import { region } from "./account";
import * as aws from "./aws";
import { monitorsDrift, type WorkflowConfig } from "./config";
import { identityPolicy, type ServiceRole, type Statement } from "./serviceRole";

/** A network that workloads are put into, each with a security group of its own. */
export interface Placement {
  /**
   * @param name of the workload
   * @param kind of the workload
   * @param role with which the service makes the workload's interfaces, and takes them away again
   * @param opts with the workload's component as parent
   */
  join(
    name: string,
    kind: Workload,
    role: ServiceRole,
    opts: Required<Pick<pulumi.ComponentResourceOptions, "parent">>,
  ): NetworkInterfaces;
}

type Workload = "training" | "processing" | "model" | "function";

/** Where a workload's interfaces are. */
export interface NetworkInterfaces {
  readonly subnetIds: pulumi.Output<string[]>;
  readonly securityGroupIds: readonly pulumi.Output<string>[];
}

export interface PrivateNetworkArgs {
  /** Names of the zones; the first two that offer the interface endpoints unless given. */
  readonly availabilityZones?: readonly string[] | undefined;
  /** Whether there are reviews, whose functions call more services. */
  readonly review: { readonly enabled: boolean };
  /** Whether there is a monitor of drift, whose function tells people by itself. */
  readonly endpoint: WorkflowConfig["endpoint"];
  readonly monitoring: WorkflowConfig["monitoring"];
}

/** Zones that the network spans unless told: SageMaker and Lambda go on when one fails. */
const AVAILABILITY_ZONES = 2;

/**
 * How long a security group is tried to be deleted: Lambda releases the interfaces of a function
 * that is gone within 20 to 45 minutes ("Giving Lambda functions access to an Amazon VPC").
 */
const RELEASE = "60m";

/**
 * Services that something in the network calls by itself. SageMaker and Lambda pull images, and
 * deliver logs, metrics and traces, from outside of it ("Give SageMaker AI training jobs access to
 * resources in your Amazon VPC"); S3 has a gateway.
 */
const INTERFACE_ENDPOINTS = ["sagemaker.runtime"];
/** The same of the functions for reviewers: they sign links, and wake the machine that waits. */
const REVIEW_ENDPOINTS = ["kms", "states"];
/** The same of the drift monitor, which tells people what drifted. */
const DRIFT_ENDPOINTS = ["sns"];

const HTTPS = { ipProtocol: "tcp", fromPort: 443, toPort: 443 };

/**
 * A network without a way to the internet, for training, model and functions: isolated subnets
 * from which S3 and the services above are reached without leaving AWS.
 */
export class PrivateNetwork extends pulumi.ComponentResource implements Placement {
  /** Interface endpoints, counted in every zone; they cost money while they stand. */
  readonly interfaceEndpoints: number;
  private readonly vpc: Vpc;
  private readonly s3: aws.ec2.VpcEndpoint;
  private readonly endpoints: aws.ec2.SecurityGroup;

  constructor(name: string, args: PrivateNetworkArgs, opts?: pulumi.ComponentResourceOptions) {
    super("ml-workflow-aws:infra:PrivateNetwork", name, {}, opts);
    const child = { parent: this };

    const services = [
      ...INTERFACE_ENDPOINTS,
      ...(args.review.enabled ? REVIEW_ENDPOINTS : []),
      ...(monitorsDrift(args) ? DRIFT_ENDPOINTS : []),
    ];
    const zones = args.availabilityZones ?? offeringZones(services);
    this.interfaceEndpoints =
      services.length * (args.availabilityZones?.length ?? AVAILABILITY_ZONES);
    this.vpc = new Vpc(
      name,
      {
        // The component takes plain values, which is what becomes of an output that depends on no
        // resource; its types do not say so.
        availabilityZoneNames: zones as string[],
        natGateways: { strategy: "None" },
        subnetStrategy: "Auto",
        subnetSpecs: [{ type: "Isolated" }],
        // Without names, SDKs would not find the endpoints.
        enableDnsSupport: true,
        enableDnsHostnames: true,
      },
      child,
    );
    const { vpcId, isolatedSubnetIds, routeTables } = this.vpc;
    this.s3 = new aws.ec2.VpcEndpoint(
      `${name}-s3`,
      {
        vpcId,
        vpcEndpointType: "Gateway",
        serviceName: pulumi.interpolate`com.amazonaws.${region()}.s3`,
        routeTableIds: routeTables.apply((tables) => pulumi.all(tables.map(({ id }) => id))),
      },
      child,
    );
    this.endpoints = new aws.ec2.SecurityGroup(
      `${name}-endpoints`,
      { vpcId, description: "Endpoints of AWS services" },
      child,
    );
    for (const service of services) {
      new aws.ec2.VpcEndpoint(
        `${name}-${service.replaceAll(".", "-")}`,
        {
          vpcId,
          vpcEndpointType: "Interface",
          serviceName: pulumi.interpolate`com.amazonaws.${region()}.${service}`,
          subnetIds: isolatedSubnetIds,
          securityGroupIds: [this.endpoints.id],
          privateDnsEnabled: true,
        },
        child,
      );
    }

    this.registerOutputs({ interfaceEndpoints: this.interfaceEndpoints });
  }

  /**
   * Makes a workload's security group: HTTPS to S3 and to the endpoints, and, for training, anything
   * between its machines. What the role may do to the network is a policy of its own, on which the
   * group depends: so it is there before the first interface, and goes after the group, which cannot
   * be deleted until the service has released the last one, with just these rights. That holds when
   * the stack goes and when it only leaves the network.
   */
  join(
    name: string,
    kind: Workload,
    role: ServiceRole,
    { parent }: Parameters<Placement["join"]>[3],
  ): NetworkInterfaces {
    const child = { parent };
    const rights = new aws.iam.RolePolicy(
      `${name}-network`,
      { role: role.name, policy: pulumi.jsonStringify(identityPolicy([joinNetwork(kind)])) },
      child,
    );
    const group = new aws.ec2.SecurityGroup(
      `${name}-network`,
      { vpcId: this.vpc.vpcId, description: `Interfaces of ${name}` },
      { parent, dependsOn: [rights], customTimeouts: { delete: RELEASE } },
    );
    const { SecurityGroupEgressRule: Egress, SecurityGroupIngressRule: Ingress } = aws.vpc;
    const from = { securityGroupId: group.id };
    new Egress(
      `${name}-to-s3`,
      { ...from, ...HTTPS, prefixListId: this.s3.prefixListId, description: "S3" },
      child,
    );
    const { endpoints } = this;
    new Egress(
      `${name}-to-endpoints`,
      {
        ...from,
        ...HTTPS,
        referencedSecurityGroupId: endpoints.id,
        description: "Endpoints of AWS services",
      },
      child,
    );
    new Ingress(
      `${name}-at-endpoints`,
      {
        securityGroupId: endpoints.id,
        ...HTTPS,
        referencedSecurityGroupId: group.id,
        description: `From ${name}`,
      },
      child,
    );
    if (kind === "training") {
      const rule = {
        ...from,
        ipProtocol: "-1",
        referencedSecurityGroupId: group.id,
        description: `Between machines of ${name}`,
      };
      new Egress(`${name}-to-peers`, rule, child);
      new Ingress(`${name}-from-peers`, rule, child);
    }
    return { subnetIds: this.vpc.isolatedSubnetIds, securityGroupIds: [group.id] };
  }
}

/** Zones in which every interface endpoint can stand: not each zone has each service. */
function offeringZones(services: readonly string[]): pulumi.Output<string[]> {
  const offers = services.map(
    (service) => aws.ec2.getVpcEndpointServiceOutput({ service }).availabilityZones,
  );
  return pulumi.all(offers).apply(([first = [], ...others]) => {
    const zones = first.filter((zone) => others.every((other) => other.includes(zone))).sort();
    if (zones.length < AVAILABILITY_ZONES) {
      throw new pulumi.RunError(
        `Only ${zones.join(", ") || "no zone"} of the region can hold the interface endpoints ` +
          `${services.join(", ")}: take another region, or set \`network\` to public`,
      );
    }
    return zones.slice(0, AVAILABILITY_ZONES);
  });
}

/** Lets a service put network interfaces into the network, as it must to run something there. */
function joinNetwork(workload: Workload): Statement {
  return {
    actions: [...NETWORK_ACTIONS.all, ...NETWORK_ACTIONS[workload]],
    // IAM would take ARNs for making, deleting and assigning interfaces, though not for the Describe
    // actions; both services document "*" for all of them, and say nothing of what narrower ones
    // they could do with.
    resources: ["*"],
  };
}

/** "SageMaker Roles: CreateTrainingJob"; "CreateProcessingJob" has the same. */
const SAGEMAKER_ACTIONS = [
  "ec2:CreateNetworkInterfacePermission",
  "ec2:DeleteNetworkInterfacePermission",
  "ec2:DescribeDhcpOptions",
  "ec2:DescribeSecurityGroups",
  "ec2:DescribeVpcs",
] as const;

/**
 * "Give SageMaker AI hosted endpoints access to resources in your Amazon VPC" and "Giving Lambda
 * functions access to an Amazon VPC".
 */
const NETWORK_ACTIONS = {
  all: [
    "ec2:CreateNetworkInterface",
    "ec2:DeleteNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSubnets",
  ],
  training: SAGEMAKER_ACTIONS,
  processing: SAGEMAKER_ACTIONS,
  model: [...SAGEMAKER_ACTIONS, "ec2:DescribeVpcEndpoints"],
  function: ["ec2:AssignPrivateIpAddresses", "ec2:UnassignPrivateIpAddresses"],
} as const;
