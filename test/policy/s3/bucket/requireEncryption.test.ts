import { expect } from "chai";
import { requireEncryption } from "../../../../policy/s3/bucket/requireEncryption";
import {
  complaints,
  complaintsAsAsked,
  subject,
  UNKNOWN,
  withValue,
  without,
} from "../../../support/policy";
import { bucket, encryption } from "./resource";

const COMPLAINT =
  "The bucket does not encrypt as required: add an " +
  "`aws.s3.BucketServerSideEncryptionConfiguration` for it, with `sseAlgorithm` aws:kms or " +
  "aws:kms:dsse.";
const ALGORITHM = "rules[0].applyServerSideEncryptionByDefault.sseAlgorithm";

const settled = (sseAlgorithm: string) => ({
  applyServerSideEncryptionByDefault: { sseAlgorithm },
});

describe("policy s3/bucket/requireEncryption", () => {
  for (const [title, stack] of [
    ["a configuration", [bucket, encryption]],
    ["two layers", [bucket, withValue(encryption, ALGORITHM, "aws:kms:dsse")]],
    ["an unknown algorithm", [bucket, withValue(encryption, ALGORITHM, UNKNOWN)]],
    ["unknown rules", [bucket, withValue(encryption, "rules", UNKNOWN)]],
    [
      "its own property",
      [withValue(bucket, "serverSideEncryptionConfiguration", { rule: settled("aws:kms") })],
    ],
    [
      "a property made from something unknown",
      [
        {
          ...withValue(bucket, "serverSideEncryptionConfiguration", UNKNOWN),
          propertyDependencies: { serverSideEncryptionConfiguration: [encryption] },
        },
        { ...encryption, props: { bucket: "other" } },
      ],
    ],
    [
      "the service's own key, if it takes access logs",
      [
        bucket,
        withValue(encryption, ALGORITHM, "AES256"),
        subject("aws:s3/bucketLogging:BucketLogging", {
          bucket: "dataset",
          targetBucket: "inference",
        }),
      ],
    ],
    [
      "the service's own key, if it takes a load balancer's logs",
      [
        bucket,
        withValue(encryption, ALGORITHM, "AES256"),
        subject("aws:lb/loadBalancer:LoadBalancer", { accessLogs: { bucket: "inference" } }),
      ],
    ],
    [
      "the property of its older resource",
      [
        subject("aws:s3/bucketV2:BucketV2", {
          serverSideEncryptionConfigurations: [
            { rules: [{ applyServerSideEncryptionByDefaults: [{ sseAlgorithm: "aws:kms" }] }] },
          ],
        }),
      ],
    ],
  ] as const) {
    it(`accepts a bucket encrypted by ${title}`, async () => {
      expect(await complaints(requireEncryption, stack)).to.deep.equal([]);
    });
  }

  const change = (path: string) =>
    `The bucket does not encrypt as required: set \`${path}\` to aws:kms or aws:kms:dsse.`;
  const own = "serverSideEncryptionConfiguration";
  for (const [title, stack, complaint] of [
    ["nothing", [bucket], COMPLAINT],
    ["nothing, in a first preview", [withValue(bucket, own, UNKNOWN)], COMPLAINT],
    [
      "another bucket's configuration",
      [bucket, withValue(encryption, "bucket", "dataset")],
      COMPLAINT,
    ],
    [
      "the service's own key",
      [bucket, withValue(encryption, ALGORITHM, "AES256")],
      change(ALGORITHM),
    ],
    ["something of another type", [bucket, withValue(encryption, ALGORITHM, 1)], change(ALGORITHM)],
    ["null", [bucket, withValue(encryption, ALGORITHM, null)], change(ALGORITHM)],
    [
      "no rules",
      [bucket, without(encryption, "rules")],
      "The bucket does not encrypt as required: add a rule to its encryption configuration, with " +
        "`sseAlgorithm` aws:kms or aws:kms:dsse.",
    ],
    [
      "its own property with the service's key",
      [withValue(bucket, own, { rule: settled("AES256") })],
      change(`${own}.rule.applyServerSideEncryptionByDefault.sseAlgorithm`),
    ],
    [
      "a second configuration that undoes the first",
      [
        bucket,
        encryption,
        { ...withValue(encryption, ALGORITHM, "AES256"), urn: `${encryption.urn}-2` },
      ],
      change(ALGORITHM),
    ],
    [
      "the service's own key, while another bucket takes the logs",
      [
        bucket,
        withValue(encryption, ALGORITHM, "AES256"),
        subject("aws:s3/bucketLogging:BucketLogging", {
          bucket: "inference",
          targetBucket: "logs",
        }),
      ],
      change(ALGORITHM),
    ],
  ] as const) {
    it(`refuses a bucket encrypted by ${title}, naming the property and the fix`, async () => {
      expect(await complaints(requireEncryption, stack)).to.deep.equal([complaint]);
    });
  }

  it("refuses a bucket whose companion is gone, though its state still has a key", async () => {
    const reported = withValue(bucket, own, { rule: settled("aws:kms") });
    expect(await complaintsAsAsked(requireEncryption, [bucket], [reported])).to.deep.equal([
      COMPLAINT,
    ]);
  });

  it("accepts a companion that the state of the bucket has not heard of", async () => {
    const reported = withValue(bucket, own, { rule: settled("AES256") });
    expect(
      await complaintsAsAsked(requireEncryption, [bucket, encryption], [reported, encryption]),
    ).to.deep.equal([]);
  });

  it("takes the algorithms from the policy's config", async () => {
    const own = [bucket, withValue(encryption, ALGORITHM, "AES256")];
    expect(await complaints(requireEncryption, own, { algorithms: ["AES256"] })).to.deep.equal([]);
  });
});
