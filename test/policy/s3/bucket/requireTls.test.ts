import { expect } from "chai";
import { requireTls } from "../../../../policy/s3/bucket/requireTls";
import {
  complaints,
  complaintsAsAsked,
  UNKNOWN,
  withValue,
  without,
  type Subject,
} from "../../../support/policy";
import { bucket, bucketPolicy, refusal } from "./resource";

const DENIAL =
  "a `Deny` of `s3:*` to everyone, on the bucket and its objects, with no condition but " +
  "`aws:SecureTransport` false.";
const MISSING = `The bucket answers without TLS: add an \`aws.s3.BucketPolicy\` with ${DENIAL}`;
const LACKING = `The bucket answers without TLS: add to its \`policy\` ${DENIAL}`;

function withStatement(statement: unknown): Subject[] {
  return [bucket, withValue(bucketPolicy, "policy", JSON.stringify({ Statement: statement }))];
}

const unnamed = withValue(bucket, "bucket", UNKNOWN);
const madeFrom = (source: Subject) => ({ propertyDependencies: { bucket: [source] } });
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
    [
      "a statement for the bucket and one for its objects",
      withStatement([
        { ...refusal, Resource: "arn:aws:s3:::inference" },
        { ...refusal, Resource: everyObject },
      ]),
    ],
    ["one ARN for both", withStatement({ ...refusal, Resource: "arn:aws:s3:::inference*" })],
    [
      "a condition that also holds without its key",
      withStatement({
        ...refusal,
        Condition: { BoolIfExists: { "aws:SecureTransport": "false" } },
      }),
    ],
    [
      "ARNs of a bucket whose name is not known yet",
      [unnamed, { ...withValue(bucketPolicy, "bucket", UNKNOWN), ...madeFrom(unnamed) }],
    ],
  ] as const) {
    it(`accepts a bucket that refuses plain requests by ${title}`, async () => {
      expect(await complaints(requireTls, stack)).to.deep.equal([]);
    });
  }

  for (const [title, stack] of [
    ["the policy says nothing", withStatement([])],
    ["the policy is no document", [bucket, withValue(bucketPolicy, "policy", "{")]],
    ["the statement allows", withStatement({ ...refusal, Effect: "Allow" })],
    ["only objects are meant", withStatement({ ...refusal, Resource: everyObject })],
    [
      "another bucket is meant",
      withStatement({ ...refusal, Resource: ["arn:aws:s3:::dataset", "arn:aws:s3:::dataset/*"] }),
    ],
    [
      "there is one condition more",
      withStatement({
        ...refusal,
        Condition: { ...refusal.Condition, StringEquals: { "aws:SourceVpc": "vpc-1" } },
      }),
    ],
    [
      "there is one key more in the condition",
      withStatement({
        ...refusal,
        Condition: { Bool: { "aws:SecureTransport": "false", "aws:ViaAWSService": "false" } },
      }),
    ],
    [
      "a second policy undoes the first",
      [
        bucket,
        bucketPolicy,
        {
          ...bucketPolicy,
          urn: `${bucketPolicy.urn}-2`,
          props: { bucket: "inference", policy: '{"Statement":[]}' },
        },
      ],
    ],
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
      expect(await complaints(requireTls, stack)).to.deep.equal([LACKING]);
    });
  }

  for (const [title, stack] of [
    ["there is no policy", [bucket]],
    ["there is none, in a first preview", [withValue(bucket, "policy", UNKNOWN)]],
    ["the policy is another bucket's", [bucket, withValue(bucketPolicy, "bucket", "dataset")]],
    ["the policy is null", [bucket, withValue(bucketPolicy, "policy", null)]],
    ["the policy is not set", [bucket, without(bucketPolicy, "policy")]],
  ] as const) {
    it(`refuses a bucket when ${title}, and asks for a companion`, async () => {
      expect(await complaints(requireTls, stack)).to.deep.equal([MISSING]);
    });
  }

  for (const [title, reported] of [
    ["in a first preview", UNKNOWN],
    ["whose state still has the policy of a companion", JSON.stringify({ Statement: [refusal] })],
  ] as const) {
    it(`refuses a bucket that asks for no policy ${title}`, async () => {
      const outputs = [withValue(bucket, "policy", reported)];
      expect(await complaintsAsAsked(requireTls, [bucket], outputs)).to.deep.equal([MISSING]);
    });
  }

  it("accepts a policy in the bucket's own property that only the update will know", async () => {
    const own = withValue(bucket, "policy", UNKNOWN);
    expect(await complaintsAsAsked(requireTls, [own], [own])).to.deep.equal([]);
  });
});
