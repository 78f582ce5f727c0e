import { expect } from "chai";
import { requireEncryption } from "../../../../policy/s3/bucket/requireEncryption";
import { complaints, subject, UNKNOWN, withValue, without } from "../../../support/policy";
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
    ["an unknown property", [withValue(bucket, "serverSideEncryptionConfiguration", UNKNOWN)]],
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

  for (const [title, stack] of [
    ["nothing", [bucket]],
    ["another bucket's configuration", [bucket, withValue(encryption, "bucket", "dataset")]],
    ["the service's own key", [bucket, withValue(encryption, ALGORITHM, "AES256")]],
    ["something of another type", [bucket, withValue(encryption, ALGORITHM, 1)]],
    ["null", [bucket, withValue(encryption, ALGORITHM, null)]],
    ["no rules", [bucket, without(encryption, "rules")]],
    [
      "its own property with the service's key",
      [withValue(bucket, "serverSideEncryptionConfiguration", { rule: settled("AES256") })],
    ],
  ] as const) {
    it(`refuses a bucket encrypted by ${title}, naming the property and the fix`, async () => {
      expect(await complaints(requireEncryption, stack)).to.deep.equal([COMPLAINT]);
    });
  }

  it("takes the algorithms from the policy's config", async () => {
    const own = [bucket, withValue(encryption, ALGORITHM, "AES256")];
    expect(await complaints(requireEncryption, own, { algorithms: ["AES256"] })).to.deep.equal([]);
  });
});
