import { disallowEscalation } from "../../../../policy/iam/policy/disallowEscalation";
import { UNKNOWN, withValue } from "../../../support/policy";
import { itDecides } from "../../cases";
import { rolePolicy } from "./resource";

const ALL_ROLES = "arn:aws:iam::123456789012:role/*";
const COMPLAINT =
  "`policy.Statement[0].Action` lets a role take any right: name whom it is for in " +
  "`policy.Statement[0].Resource`.";
const granting = (Action: unknown, Resource: unknown = ALL_ROLES, Condition?: unknown) =>
  withValue(rolePolicy, "policy", {
    Statement: [{ Effect: "Allow", Action, Resource, ...(Condition ? { Condition } : {}) }],
  });

describe("policy iam/policy/disallowEscalation", () => {
  itDecides(disallowEscalation, {
    accepts: {
      "other actions": rolePolicy,
      "a look at all roles": granting("iam:GetRole"),
      "one role": granting("iam:PutRolePolicy", "arn:aws:iam::123456789012:role/training"),
      "roles of one name": granting("iam:PutRolePolicy", "arn:aws:iam::123456789012:role/train-*"),
      "roles within a boundary": granting("iam:AttachRolePolicy", ALL_ROLES, {
        StringEquals: { "iam:PermissionsBoundary": "arn:aws:iam::123456789012:policy/boundary" },
      }),
      "what only the update will know": granting("iam:PutRolePolicy", UNKNOWN),
      "an action on what is no identity": granting("sts:AssumeRole", "arn:aws:s3:::bucket/*"),
    },
    refuses: {
      "policies of all roles": [granting("iam:PutRolePolicy"), COMPLAINT],
      "trust in all roles": [granting("iam:UpdateAssumeRolePolicy", "*"), COMPLAINT],
      "versions of all policies": [
        granting("iam:CreatePolicyVersion", "arn:aws:iam::123456789012:policy/*"),
        COMPLAINT,
      ],
      "a way to be any role": [granting("sts:AssumeRole", "arn:aws:iam::*:role*"), COMPLAINT],
      "an action that means it too": [granting("iam:Attach?olePolicy"), COMPLAINT],
      "any boundary": [
        granting("iam:AttachRolePolicy", ALL_ROLES, {
          StringLike: { "iam:PermissionsBoundary": "*" },
        }),
        COMPLAINT,
      ],
    },
  });
});
