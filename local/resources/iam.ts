import { z } from "zod";
import { handler, type ResourceHandler } from "./handler";

export const iamHandlers: Readonly<Record<string, ResourceHandler>> = {
  "aws:iam/role:Role": handler(
    z.looseObject({ name: z.string().optional(), assumeRolePolicy: z.string() }),
    ({ name, assumeRolePolicy }, { cloud, physicalName }) => {
      const role = name ?? physicalName;
      cloud.authority.putRole(cloud.roleArn(role), assumeRolePolicy);
      return { id: role, name: role, arn: cloud.roleArn(role) };
    },
  ),

  "aws:iam/rolePolicy:RolePolicy": handler(
    z.looseObject({ role: z.string(), name: z.string().optional(), policy: z.string() }),
    ({ role, name, policy }, { cloud, physicalName }) => {
      const policyName = name ?? physicalName;
      cloud.authority.putRolePolicy(cloud.roleArn(role), policyName, policy);
      return { id: `${role}:${policyName}`, name: policyName };
    },
  ),
};
