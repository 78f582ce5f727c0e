import { expect } from "chai";
import { requireTls } from "../../../../policy/s3/bucket/requireTls";
import { complaints, UNKNOWN, withValue, without, type Subject } from "../../../support/policy";
import { bucket, bucketPolicy, refusal } from "./resource";

const COMPLAINT =
  "The bucket answers without TLS: add an `aws.s3.BucketPolicy` with a `Deny` of `s3:*` for " +
  "everyone if `aws:SecureTransport` is false.";

function withStatement(statement: unknown): Subject[] {
  return [bucket, withValue(bucketPolicy, "policy", JSON.stringify({ Statement: statement }))];
}

const everyObject = "arn:aws:s3:::inference/*";

describe("policy s3/bucket/requireTls", () => {
  for (const [title, stack] of [
    ["a policy", [bucket, bucketPolicy]],
    ["a policy of one statement", withStatement(refusal)],
    ["everyone spelt out", withStatement({ ...refusal, Principal: { AWS: "*" } })],
    ["all actions", withStatement({ ...refusal, Action: ["*"], Resource: "*" })],
    [
      "the key in another case, and a list of values",
      withStatement({ ...refusal, Condition: { Bool: { "aws:securetransport": ["false"] } } }),
    ],
    ["an unknown policy", [bucket, withValue(bucketPolicy, "policy", UNKNOWN)]],
    [
      "a policy that is partly unknown",
      [
        bucket,
        withValue(bucketPolicy, "policy", {
          Statement: [{ ...refusal, Resource: UNKNOWN, Condition: UNKNOWN }],
        }),
      ],
    ],
    ["its own property", [withValue(bucket, "policy", { Statement: [refusal] })]],
  ] as const) {
    it(`accepts a bucket that refuses plain requests by ${title}`, async () => {
      expect(await complaints(requireTls, stack)).to.deep.equal([]);
    });
  }

  for (const [title, stack] of [
    ["there is no policy", [bucket]],
    ["the policy is another bucket's", [bucket, withValue(bucketPolicy, "bucket", "dataset")]],
    ["the policy says nothing", withStatement([])],
    ["the policy is null", [bucket, withValue(bucketPolicy, "policy", null)]],
    ["the policy is no document", [bucket, withValue(bucketPolicy, "policy", "{")]],
    ["the policy is not set", [bucket, without(bucketPolicy, "policy")]],
    ["the statement allows", withStatement({ ...refusal, Effect: "Allow" })],
    ["one role is meant", withStatement({ ...refusal, Principal: { AWS: "arn:role" } })],
    ["a service is meant", withStatement({ ...refusal, Principal: { Service: "*" } })],
    ["only reading is meant", withStatement({ ...refusal, Action: "s3:GetObject" })],
    ["only the bucket is meant", withStatement({ ...refusal, Resource: "arn:aws:s3:::inference" })],
    ["some objects are meant", withStatement({ ...refusal, Resource: `${everyObject}.png` })],
    ["there is no condition", withStatement({ ...refusal, Condition: undefined })],
    [
      "the condition is on requests with TLS",
      withStatement({ ...refusal, Condition: { Bool: { "aws:SecureTransport": "true" } } }),
    ],
    [
      "the condition is on something else",
      withStatement({ ...refusal, Condition: { Bool: { "aws:ViaAWSService": "false" } } }),
    ],
  ] as const) {
    it(`refuses a bucket when ${title}, naming the property and the fix`, async () => {
      expect(await complaints(requireTls, stack)).to.deep.equal([COMPLAINT]);
    });
  }
});
