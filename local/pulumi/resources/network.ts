import { z } from "zod";
import { handler, type ResourceHandler } from "./handler";

/**
 * Names for a network. There is none here: everything runs on one machine, so what subnets and
 * security groups let through is not proved.
 */
export const networkHandlers: Readonly<Record<string, ResourceHandler>> = {
  "awsx:ec2:Vpc": handler(z.looseObject({ availabilityZoneNames: z.array(z.string()).min(1) }), {
    create: ({ availabilityZoneNames }, { physicalName }) => {
      const each = (kind: string) =>
        availabilityZoneNames.map((_, zone) => `${kind}-${physicalName}-${zone + 1}`);
      return {
        id: physicalName,
        vpcId: `vpc-${physicalName}`,
        isolatedSubnetIds: each("subnet"),
        routeTables: each("rtb").map((id) => ({ id })),
      };
    },
  }),

  "aws:ec2/vpcEndpoint:VpcEndpoint": handler(
    z.looseObject({ vpcEndpointType: z.enum(["Gateway", "Interface"]).default("Gateway") }),
    {
      create: ({ vpcEndpointType }, { cloud, physicalName }) => ({
        id: `vpce-${physicalName}`,
        arn: cloud.arn("ec2", `vpc-endpoint/vpce-${physicalName}`),
        // Only a gateway is a list of addresses that rules can name.
        ...(vpcEndpointType === "Gateway" ? { prefixListId: `pl-${physicalName}` } : {}),
      }),
    },
  ),
};
