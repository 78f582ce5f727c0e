import { expect } from "chai";
import { disallowAllActions } from "../../../../policy/iam/policy/disallowAllActions";
import { judge, subject, UNKNOWN, withValue, type Subject } from "../../../support/policy";
import { rolePolicy } from "./resource";

async function complaints(mutant: Subject): Promise<string[]> {
  const verdict = await judge(disallowAllActions, mutant);
  expect(verdict.notApplicable).to.equal(undefined);
  expect(verdict.silencedBy).to.equal(undefined);
  return verdict.violations.map(({ message }) => message);
}

function withStatement(statement: unknown): Subject {
  return withValue(rolePolicy, "policy", JSON.stringify({ Statement: statement }));
}

const everything = { Effect: "Allow", Action: "*", Resource: "*" };

describe("policy iam/policy/disallowAllActions", () => {
  it("accepts statements that list their actions", async () => {
    expect(await complaints(rolePolicy)).to.deep.equal([]);
    expect(await complaints(withStatement({ ...everything, Action: ["s3:*"] }))).to.deep.equal([]);
    expect(await complaints(withStatement([]))).to.deep.equal([]);
  });

  for (const action of ["*", "**", "*:*"]) {
    it(`refuses ${action}, alone or among others, naming the property and the fix`, async () => {
      expect(await complaints(withStatement({ ...everything, Action: action }))).to.deep.equal([
        "All actions are allowed: list the needed ones in `policy.Statement.Action`.",
      ]);
      const among = withStatement([{ ...everything, Action: ["s3:GetObject", action] }]);
      expect(await complaints(among)).to.deep.equal([
        "All actions are allowed: list the needed ones in `policy.Statement[0].Action[1]`.",
      ]);
    });
  }

  it("refuses to allow everything but a few actions", async () => {
    const mutant = withStatement([{ Effect: "Allow", NotAction: "iam:*", Resource: "*" }]);
    expect(await complaints(mutant)).to.deep.equal([
      "All but some actions are allowed: use `Action` instead of `policy.Statement[0].NotAction`.",
    ]);
  });

  it("accepts to deny everything", async () => {
    const deny = [
      { ...everything, Effect: "Deny" },
      { Effect: "Deny", NotAction: "s3:*", Resource: "*" },
    ];
    expect(await complaints(withStatement(deny))).to.deep.equal([]);
  });

  for (const type of [
    "aws:iam/policy:Policy",
    "aws:iam/rolePolicy:RolePolicy",
    "aws:iam/userPolicy:UserPolicy",
    "aws:iam/groupPolicy:GroupPolicy",
  ]) {
    it(`reads the document of ${type} as text and as an object`, async () => {
      const document = { Statement: [everything] };
      expect(await complaints(subject(type, { policy: document }))).to.have.length(1);
      expect(await complaints(subject(type, { policy: JSON.stringify(document) }))).to.have.length(
        1,
      );
    });
  }

  it("reads the inline policies of a role", async () => {
    // Prepare
    const role = subject("aws:iam/role:Role", {
      assumeRolePolicy: JSON.stringify({
        Statement: [{ Effect: "Allow", Action: "sts:AssumeRole" }],
      }),
      inlinePolicies: [
        { name: "first", policy: UNKNOWN },
        { name: "second", policy: JSON.stringify({ Statement: everything }) },
      ],
    });

    // Assess
    expect(await complaints(role)).to.deep.equal([
      "All actions are allowed: list the needed ones in `inlinePolicies[1].policy.Statement.Action`.",
    ]);
  });

  it("leaves an unknown document to the update, but not the known part of one", async () => {
    expect(await complaints(withValue(rolePolicy, "policy", UNKNOWN))).to.deep.equal([]);
    const partly = { Statement: [{ Effect: "Allow", Action: ["*"], Resource: UNKNOWN }, UNKNOWN] };
    expect(await complaints(withValue(rolePolicy, "policy", partly))).to.have.length(1);
  });

  it("leaves text that is no document to IAM, which refuses it", async () => {
    expect(await complaints(withValue(rolePolicy, "policy", "{"))).to.deep.equal([]);
  });
});
