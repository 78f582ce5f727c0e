import { statements } from "../../support/document";
import type { Property } from "../../support/property";

/** Everything that grants actions to an identity. */
export const IDENTITY_POLICIES = [
  "aws:iam/policy:Policy",
  "aws:iam/rolePolicy:RolePolicy",
  "aws:iam/userPolicy:UserPolicy",
  "aws:iam/groupPolicy:GroupPolicy",
  "aws:iam/role:Role",
];

/** The statements that allow something, in the document of a policy or the inline ones of a role. */
export function allowStatements(resource: Property): Property[] {
  const inline = resource.at("inlinePolicies").items();
  return [resource, ...inline].flatMap((holder) => statements(holder.at("policy"), "Allow"));
}
