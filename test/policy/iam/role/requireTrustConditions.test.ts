import { expect } from "chai";
import { requireTrustConditions } from "../../../../policy/iam/role/requireTrustConditions";
import { complaints, UNKNOWN, withValue, without } from "../../../support/policy";
import { role, trust } from "./resource";

const COMPLAINT =
  "The service may act for anyone: add aws:SourceAccount or aws:SourceArn or aws:SourceOrgID to " +
  "`assumeRolePolicy.Statement[0].Condition`.";

const withStatement = (statement: unknown) =>
  withValue(role, "assumeRolePolicy", JSON.stringify({ Statement: [statement] }));
const withCondition = (Condition: unknown) => withStatement({ ...trust, Condition });

describe("policy iam/role/requireTrustConditions", () => {
  for (const [title, mutant] of [
    ["the account", role],
    ["an ARN", withCondition({ ArnLike: { "aws:SourceArn": "arn:aws:states:*:1:*" } })],
    ["its organization", withCondition({ StringEquals: { "AWS:sourceorgid": ["o-1"] } })],
    ["something unknown", withValue(role, "assumeRolePolicy", UNKNOWN)],
    [
      "an unknown condition",
      withValue(role, "assumeRolePolicy", { Statement: [{ ...trust, Condition: UNKNOWN }] }),
    ],
    [
      "an unknown account",
      withValue(role, "assumeRolePolicy", {
        Statement: [{ ...trust, Condition: { StringEquals: { "aws:SourceAccount": UNKNOWN } } }],
      }),
    ],
  ] as const) {
    it(`accepts a service that is limited to ${title}`, async () => {
      expect(await complaints(requireTrustConditions, mutant)).to.deep.equal([]);
    });
  }

  for (const [title, mutant] of [
    ["an account", withStatement({ ...trust, Principal: { AWS: "1" }, Condition: undefined })],
    ["nobody", withStatement({ ...trust, Effect: "Deny", Condition: undefined })],
    ["a document that is none", withValue(role, "assumeRolePolicy", "{")],
    ["nothing", without(role, "assumeRolePolicy")],
  ] as const) {
    it(`leaves trust in ${title} to other policies`, async () => {
      expect(await complaints(requireTrustConditions, mutant)).to.deep.equal([]);
    });
  }

  for (const [title, mutant] of [
    ["no condition", withCondition(undefined)],
    ["null", withCondition(null)],
    ["a condition of another type", withCondition("aws:SourceAccount")],
    ["any account", withCondition({ StringLike: { "aws:SourceAccount": "*" } })],
    ["any of two", withCondition({ StringLike: { "aws:SourceAccount": ["1", "*"] } })],
    ["no account", withCondition({ StringEquals: { "aws:SourceAccount": [] } })],
    ["all other accounts", withCondition({ StringNotEquals: { "aws:SourceAccount": "1" } })],
    [
      "an account, if there is one",
      withCondition({ StringEqualsIfExists: { "aws:SourceArn": "a" } }),
    ],
    ["something else", withCondition({ StringEquals: { "sts:ExternalId": "1" } })],
    [
      "nothing, among others",
      withStatement({
        ...trust,
        Principal: { AWS: "1", Service: ["a.amazonaws.com"] },
        Condition: undefined,
      }),
    ],
  ] as const) {
    it(`refuses a service that is limited to ${title}, naming the property and fix`, async () => {
      expect(await complaints(requireTrustConditions, mutant)).to.deep.equal([COMPLAINT]);
    });
  }

  it("takes keys and exempt services from the policy's config", async () => {
    const open = withCondition(undefined);
    const exempt = ["lambda.amazonaws.com"];
    expect(await complaints(requireTrustConditions, open, { exempt })).to.deep.equal([]);
    const keys = ["aws:SourceVpc"];
    expect(await complaints(requireTrustConditions, role, { keys })).to.deep.equal([
      "The service may act for anyone: add aws:SourceVpc to " +
        "`assumeRolePolicy.Statement[0].Condition`.",
    ]);
  });
});
