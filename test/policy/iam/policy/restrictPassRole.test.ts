import { restrictPassRole } from "../../../../policy/iam/policy/restrictPassRole";
import { UNKNOWN, withValue } from "../../../support/policy";
import { itDecides } from "../../cases";
import { rolePolicy } from "./resource";

const COMPLAINT =
  "Any role may be passed to a service: name those needed in `policy.Statement[0].Resource`.";
const passing = (Resource: unknown, Action = "iam:PassRole") =>
  withValue(rolePolicy, "policy", { Statement: [{ Effect: "Allow", Action, Resource }] });

describe("policy iam/policy/restrictPassRole", () => {
  itDecides(restrictPassRole, {
    accepts: {
      "other actions": rolePolicy,
      "one role": passing("arn:aws:iam::123456789012:role/training"),
      "roles of one name": passing("arn:aws:iam::123456789012:role/training-*"),
      "a role that only the update will know": passing(UNKNOWN),
      "other actions on all roles": passing("arn:aws:iam::123456789012:role/*", "iam:GetRole"),
    },
    refuses: {
      "all roles of the account": [passing("arn:aws:iam::123456789012:role/*"), COMPLAINT],
      "all of the account": [passing("arn:aws:iam::123456789012:*"), COMPLAINT],
      everything: [passing("*"), COMPLAINT],
      "an action that means it too": [
        passing("arn:aws:iam::123456789012:role/*", "iam:Pass*"),
        COMPLAINT,
      ],
    },
  });
});
