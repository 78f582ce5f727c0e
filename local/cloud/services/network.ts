/**
 * Networks, as far as what is in them holds each other: interfaces of services stand in subnets and
 * security groups, and these cannot go before they do. No packet passes here: what a group lets
 * through is not decided.
 */
import { isDeepStrictEqual } from "node:util";
import type { Authority } from "../iam";
import { AwsError } from "../protocol";

/** Where interfaces are. */
export interface Placement {
  readonly subnetIds: readonly string[];
  readonly securityGroupIds: readonly string[];
}

/** For whom a service makes interfaces. */
export interface Holder {
  readonly roleArn: string;
  readonly service: "lambda.amazonaws.com" | "sagemaker.amazonaws.com";
}

interface Interfaces extends Placement {
  /** Whoever runs there; absent when it does no more, and the service may take them away. */
  owner: string | undefined;
  /** None of an endpoint of a service, which goes with its interfaces. */
  readonly holder: Holder | undefined;
}

/**
 * What a service does to the network with the role that it is given: "Giving Lambda functions access
 * to resources in an Amazon VPC", Lambda Developer Guide, and "SageMaker Roles", SageMaker Developer
 * Guide.
 */
const CALLS = {
  "lambda.amazonaws.com": {
    join: [
      "ec2:CreateNetworkInterface",
      "ec2:DescribeNetworkInterfaces",
      "ec2:DescribeSubnets",
      "ec2:AssignPrivateIpAddresses",
    ],
    leave: ["ec2:UnassignPrivateIpAddresses", "ec2:DeleteNetworkInterface"],
  },
  "sagemaker.amazonaws.com": {
    join: [
      "ec2:CreateNetworkInterface",
      "ec2:CreateNetworkInterfacePermission",
      "ec2:DescribeDhcpOptions",
      "ec2:DescribeNetworkInterfaces",
      "ec2:DescribeSecurityGroups",
      "ec2:DescribeSubnets",
      "ec2:DescribeVpcs",
    ],
    leave: ["ec2:DeleteNetworkInterfacePermission", "ec2:DeleteNetworkInterface"],
  },
} as const;

export class Network {
  /** The network of each subnet, and of each group. */
  private readonly subnets = new Map<string, string>();
  private readonly groups = new Map<string, string>();
  /** Rules of one group that name another. */
  private readonly rules = new Map<string, { readonly group: string; readonly named: string }>();
  private interfaces: readonly Interfaces[] = [];

  constructor(private readonly authority: Authority) {}

  createVpc(id: string, subnetIds: readonly string[]): void {
    subnetIds.forEach((subnet) => this.subnets.set(subnet, id));
  }

  /**
   * Removes a network with its subnets; one that is not there is as good as removed.
   * @throws AwsError `DependencyViolation` while something stands in it
   */
  deleteVpc(id: string): void {
    const [group] = [...this.groups].find(([, vpc]) => vpc === id) ?? [];
    const held = this.standing.flatMap(({ subnetIds }) => subnetIds);
    const subnet = held.find((each) => this.subnets.get(each) === id);
    if (group !== undefined || subnet !== undefined) {
      throw dependencyViolation(subnet === undefined ? "vpc" : "subnet", subnet ?? id);
    }
    for (const [each, vpc] of this.subnets) {
      if (vpc === id) {
        this.subnets.delete(each);
      }
    }
  }

  createSecurityGroup(id: string, vpcId: string): void {
    this.groups.set(id, vpcId);
  }

  /**
   * Removes a security group; one that is not there is as good as removed.
   * @throws AwsError `DependencyViolation` while interfaces are in it, or another group's rule names it
   */
  deleteSecurityGroup(id: string): void {
    const held = this.standing.some(({ securityGroupIds }) => securityGroupIds.includes(id));
    const named = [...this.rules.values()].some((rule) => rule.named === id && rule.group !== id);
    if (held || named) {
      throw dependencyViolation("resource", id);
    }
    this.groups.delete(id);
  }

  /** @throws AwsError `InvalidGroup.NotFound` */
  putRule(id: string, group: string, named: string | undefined): void {
    this.refuseMissing({ subnetIds: [], securityGroupIds: [group, named ?? group] });
    this.rules.set(id, { group, named: named ?? group });
  }

  deleteRule(id: string): void {
    this.rules.delete(id);
  }

  /**
   * Puts interfaces of whoever runs there into the network, in place of those that it has; the same
   * ones stay.
   * @param owner for example an ARN
   * @param holder none for an endpoint of a service
   * @throws AwsError `InvalidSubnetID.NotFound`, `InvalidGroup.NotFound`, or `AccessDenied` when the
   *   role may not
   */
  join(owner: string, placement: Placement, holder?: Holder): void {
    this.refuseMissing(placement);
    if (holder !== undefined) {
      this.act(holder, CALLS[holder.service].join);
    }
    const { subnetIds, securityGroupIds } = placement;
    const wanted = { subnetIds, securityGroupIds, owner, holder };
    if (!this.interfaces.some((each) => isDeepStrictEqual(each, wanted))) {
      this.leave(owner);
      this.interfaces = [...this.interfaces, wanted];
    }
  }

  /**
   * Leaves the interfaces of whoever runs there no more to the service, which takes them away in its
   * own time, with what the role may do by then: here as late as can be, when something else waits
   * for it.
   */
  leave(owner: string): void {
    for (const each of this.interfaces) {
      if (each.owner === owner) {
        each.owner = undefined;
      }
    }
  }

  /** @throws AwsError `InvalidSubnetID.NotFound` or `InvalidGroup.NotFound` */
  refuseMissing({ subnetIds, securityGroupIds }: Placement): void {
    for (const id of subnetIds) {
      if (!this.subnets.has(id)) {
        throw notFound("InvalidSubnetID", "subnet ID", id);
      }
    }
    for (const id of securityGroupIds) {
      if (!this.groups.has(id)) {
        throw notFound("InvalidGroup", "security group", id);
      }
    }
  }

  /** Everything that is there, by kind; of interfaces whose they are, `-` for nobody's any more. */
  get names() {
    return {
      securityGroups: [...this.groups.keys()],
      subnets: [...this.subnets.keys()],
      interfaces: this.standing.map(({ owner = "-" }) => owner),
    };
  }

  /** Interfaces that are left when services have taken away what they may. */
  private get standing(): readonly Interfaces[] {
    this.interfaces = this.interfaces.filter(
      ({ owner, holder }) =>
        owner !== undefined || (holder !== undefined && !this.released(holder)),
    );
    return this.interfaces;
  }

  private released(holder: Holder): boolean {
    try {
      this.act(holder, CALLS[holder.service].leave);
      return true;
    } catch (error) {
      if (error instanceof AwsError) {
        return false;
      }
      throw error;
    }
  }

  private act({ roleArn, service }: Holder, actions: readonly string[]): void {
    const { accessKeyId } = this.authority.assumeRole(roleArn, service);
    for (const action of actions) {
      this.authority.authorize(accessKeyId, action, "*");
    }
  }
}

function dependencyViolation(kind: string, id: string): AwsError {
  return new AwsError(
    "DependencyViolation",
    400,
    `The ${kind} '${id}' has dependencies and cannot be deleted.`,
  );
}

function notFound(code: string, kind: string, id: string): AwsError {
  return new AwsError(`${code}.NotFound`, 400, `The ${kind} '${id}' does not exist`);
}
