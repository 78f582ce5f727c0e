import { expect } from "chai";
import { disallowWildcardActions } from "../../../../policy/iam/policy/disallowWildcardActions";
import { complaints, subject, UNKNOWN, withValue } from "../../../support/policy";
import { rolePolicy } from "./resource";

const complaint = (path: string) =>
  `Actions are allowed by a wildcard: name the needed ones in \`${path}\`.`;

function withAction(Action: unknown, Effect = "Allow") {
  const document = JSON.stringify({ Statement: [{ Effect, Action, Resource: "arn:aws:s3:::a" }] });
  return withValue(rolePolicy, "policy", document);
}

describe("policy iam/policy/disallowWildcardActions", () => {
  for (const [title, mutant] of [
    ["named actions", rolePolicy],
    ["all of them, which is another policy's", withAction(["*", "*:*"])],
    ["a denied wildcard", withAction("s3:*", "Deny")],
    ["no action", withAction(undefined)],
    ["actions of another type", withAction([1, {}])],
    ["an unknown document", withValue(rolePolicy, "policy", UNKNOWN)],
    [
      "an unknown action",
      withValue(rolePolicy, "policy", { Statement: [{ Effect: "Allow", Action: UNKNOWN }] }),
    ],
  ] as const) {
    it(`accepts ${title}`, async () => {
      expect(await complaints(disallowWildcardActions, mutant)).to.deep.equal([]);
    });
  }

  for (const action of ["s3:*", "s3:Get*", "s3:GetObjec?", "*:GetObject"]) {
    it(`refuses ${action}, alone or among others, naming the property and the fix`, async () => {
      expect(await complaints(disallowWildcardActions, withAction(action))).to.deep.equal([
        complaint("policy.Statement[0].Action"),
      ]);
      const among = withAction(["s3:GetObject", action]);
      expect(await complaints(disallowWildcardActions, among)).to.deep.equal([
        complaint("policy.Statement[0].Action[1]"),
      ]);
    });
  }

  it("reads the inline policies of a role", async () => {
    const statement = { Effect: "Allow", Action: "s3:*" };
    const role = subject("aws:iam/role:Role", {
      inlinePolicies: [{ policy: JSON.stringify({ Statement: statement }) }],
    });
    expect(await complaints(disallowWildcardActions, role)).to.deep.equal([
      complaint("inlinePolicies[0].policy.Statement.Action"),
    ]);
  });

  it("takes exceptions from the policy's config, letter by letter", async () => {
    const config = { allowed: ["s3:Get*"] };
    const allowed = withAction(["s3:Get*"]);
    expect(await complaints(disallowWildcardActions, allowed, config)).to.deep.equal([]);
    const more = withAction(["s3:*"]);
    expect(await complaints(disallowWildcardActions, more, config)).to.have.length(1);
  });
});
