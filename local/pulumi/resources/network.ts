import { createHash } from "node:crypto";
import { z } from "zod";
import { handler, type ResourceHandler } from "./handler";

/** Where a function is, if it is in a network, as the provider's inputs have it. */
export const vpcConfig = z.object({
  subnetIds: z.array(z.string()),
  securityGroupIds: z.array(z.string()),
});

const rule = handler(
  z.looseObject({
    securityGroupId: z.string(),
    referencedSecurityGroupId: z.string().optional(),
  }),
  {
    create: ({ securityGroupId, referencedSecurityGroupId }, { cloud, physicalName }) => {
      const id = `sgr-${physicalName}`;
      cloud.network.putRule(id, securityGroupId, referencedSecurityGroupId);
      return { id, securityGroupRuleId: id };
    },
    update: (id, { securityGroupId, referencedSecurityGroupId }, { cloud }) => {
      cloud.network.putRule(id, securityGroupId, referencedSecurityGroupId);
    },
    delete: (id, _inputs, { cloud }) => {
      cloud.network.deleteRule(id);
    },
  },
);

/**
 * A network as far as its parts hold each other. No packet passes: everything runs on one machine, so
 * what subnets and security groups let through is not proved.
 */
export const networkHandlers: Readonly<Record<string, ResourceHandler>> = {
  "awsx:ec2:Vpc": handler(z.looseObject({ availabilityZoneNames: z.array(z.string()).min(1) }), {
    create: ({ availabilityZoneNames }, { cloud, physicalName }) => {
      const each = (kind: string) =>
        availabilityZoneNames.map((_, zone) => `${kind}-${physicalName}-${zone + 1}`);
      const [vpcId, isolatedSubnetIds] = [`vpc-${physicalName}`, each("subnet")];
      cloud.network.createVpc(vpcId, isolatedSubnetIds);
      return {
        id: physicalName,
        vpcId,
        isolatedSubnetIds,
        routeTables: each("rtb").map((id) => ({ id })),
      };
    },
    delete: (physicalName, _inputs, { cloud }) => {
      cloud.network.deleteVpc(`vpc-${physicalName}`);
    },
  }),

  "aws:ec2/securityGroup:SecurityGroup": handler(z.looseObject({ vpcId: z.string() }), {
    create: ({ vpcId }, { cloud, physicalName }) => {
      const id = `sg-${createHash("sha256").update(physicalName).digest("hex").slice(0, 17)}`;
      cloud.network.createSecurityGroup(id, vpcId);
      return { id, name: physicalName, arn: cloud.arn("ec2", `security-group/${id}`) };
    },
    delete: (id, _inputs, { cloud }) => {
      cloud.network.deleteSecurityGroup(id);
    },
  }),

  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": rule,
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": rule,

  "aws:ec2/vpcEndpoint:VpcEndpoint": handler(
    z.looseObject({
      vpcEndpointType: z.enum(["Gateway", "Interface"]).default("Gateway"),
      subnetIds: z.array(z.string()).default([]),
      securityGroupIds: z.array(z.string()).default([]),
    }),
    {
      create: ({ vpcEndpointType, ...placement }, { cloud, physicalName }) => {
        const id = `vpce-${physicalName}`;
        cloud.network.join(id, placement);
        return {
          id,
          arn: cloud.arn("ec2", `vpc-endpoint/${id}`),
          // Only a gateway is a list of addresses that rules can name.
          ...(vpcEndpointType === "Gateway" ? { prefixListId: `pl-${physicalName}` } : {}),
        };
      },
      update: (id, placement, { cloud }) => {
        cloud.network.join(id, placement);
      },
      delete: (id, _inputs, { cloud }) => {
        cloud.network.leave(id);
      },
    },
  ),
};
