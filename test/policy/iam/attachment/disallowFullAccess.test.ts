import { expect } from "chai";
import { disallowFullAccess } from "../../../../policy/iam/attachment/disallowFullAccess";
import { judge, subject, UNKNOWN, withValue, type Subject } from "../../../support/policy";
import { attachment } from "./resource";

const FULL = "arn:aws:iam::aws:policy/AmazonSageMakerFullAccess";

async function complaints(mutant: Subject): Promise<string[]> {
  const verdict = await judge(disallowFullAccess, mutant);
  expect(verdict.notApplicable).to.equal(undefined);
  expect(verdict.silencedBy).to.equal(undefined);
  return verdict.violations.map(({ message }) => message);
}

describe("policy iam/attachment/disallowFullAccess", () => {
  it("accepts managed policies for one purpose, and policies of one's own", async () => {
    expect(await complaints(attachment)).to.deep.equal([]);
    const own = "arn:aws:iam::123456789012:policy/FullAccessReview/read-captures";
    expect(await complaints(withValue(attachment, "policyArn", own))).to.deep.equal([]);
  });

  for (const arn of [
    FULL,
    "arn:aws-us-gov:iam::aws:policy/AmazonS3FullAccess",
    "arn:aws:iam::aws:policy/AWSLambda_FullAccess",
    "arn:aws:iam::aws:policy/CloudWatchFullAccessV2",
    "arn:aws:iam::aws:policy/AdministratorAccess",
    "arn:aws:iam::aws:policy/PowerUserAccess",
    "arn:aws:iam::aws:policy/job-function/SomeAdministratorAccess-Amplify",
    "arn:aws:iam::aws:policy/job-function/SystemAdministrator",
    "arn:aws:iam::aws:policy/job-function/DatabaseAdministrator",
    "arn:aws:iam::aws:policy/SecretsManagerReadWrite",
  ]) {
    it(`refuses ${arn}, naming the property and the fix`, async () => {
      expect(await complaints(withValue(attachment, "policyArn", arn))).to.deep.equal([
        "Full access is attached: name a policy with just what is needed in `policyArn`.",
      ]);
    });
  }

  for (const [type, props] of [
    ["aws:iam/userPolicyAttachment:UserPolicyAttachment", { policyArn: FULL }],
    ["aws:iam/groupPolicyAttachment:GroupPolicyAttachment", { policyArn: FULL }],
    ["aws:iam/policyAttachment:PolicyAttachment", { policyArn: FULL }],
    [
      "aws:iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive",
      { policyArns: [FULL] },
    ],
    [
      "aws:iam/userPolicyAttachmentsExclusive:UserPolicyAttachmentsExclusive",
      { policyArns: [FULL] },
    ],
    [
      "aws:iam/groupPolicyAttachmentsExclusive:GroupPolicyAttachmentsExclusive",
      { policyArns: [FULL] },
    ],
    ["aws:iam/role:Role", { managedPolicyArns: [FULL] }],
  ] as const) {
    it(`refuses full access attached by ${type}`, async () => {
      expect(await complaints(subject(type, props))).to.have.length(1);
    });
  }

  it("leaves an unknown ARN to the update, but not those beside it", async () => {
    expect(await complaints(withValue(attachment, "policyArn", UNKNOWN))).to.deep.equal([]);
    const role = subject("aws:iam/role:Role", { managedPolicyArns: [UNKNOWN, FULL] });
    expect(await complaints(role)).to.deep.equal([
      "Full access is attached: name a policy with just what is needed in `managedPolicyArns[1]`.",
    ]);
  });
});
