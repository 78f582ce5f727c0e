import { z } from "zod";
import { handler, type ResourceHandler } from "./handler";

export const iamHandlers: Readonly<Record<string, ResourceHandler>> = {
  "aws:iam/role:Role": handler(
    z.looseObject({ name: z.string().optional(), assumeRolePolicy: z.string() }),
    {
      create: ({ assumeRolePolicy, ...inputs }, { cloud, physicalName }) => {
        const name = inputs.name ?? physicalName;
        cloud.authority.putRole(cloud.roleArn(name), assumeRolePolicy);
        return { id: name, name, arn: cloud.roleArn(name) };
      },
      update: (id, { assumeRolePolicy }, { cloud }) => {
        cloud.authority.putRole(cloud.roleArn(id), assumeRolePolicy);
      },
      delete: (id, _inputs, { cloud }) => {
        cloud.authority.deleteRole(cloud.roleArn(id));
      },
    },
  ),

  "aws:iam/rolePolicy:RolePolicy": handler(
    z.looseObject({ role: z.string(), name: z.string().optional(), policy: z.string() }),
    {
      create: ({ role, policy, ...inputs }, { cloud, physicalName }) => {
        const name = inputs.name ?? physicalName;
        cloud.authority.putRolePolicy(cloud.roleArn(role), name, policy);
        return { id: `${role}:${name}`, name };
      },
      update: (id, { role, policy }, { cloud }) => {
        cloud.authority.putRolePolicy(cloud.roleArn(role), policyName(id), policy);
      },
      delete: (id, { role }, { cloud }) => {
        cloud.authority.deleteRolePolicy(cloud.roleArn(role), policyName(id));
      },
    },
  ),
};

/** Neither a role's nor a policy's name has a colon in it. */
function policyName(id: string): string {
  return id.slice(id.indexOf(":") + 1);
}
