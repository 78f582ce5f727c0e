import { expect } from "chai";
import { requirePublicAccessBlock } from "../../../../policy/s3/bucket/requirePublicAccessBlock";
import { complaints, judgeStack, UNKNOWN, withValue, without } from "../../../support/policy";
import { bucket, publicAccessBlock } from "./resource";

const MISSING = "Nothing keeps the bucket private: add an `aws.s3.BucketPublicAccessBlock` for it.";
const gap = (name: string) =>
  `The public access block of the bucket has gaps: set \`${name}\` to true.`;

describe("policy s3/bucket/requirePublicAccessBlock", () => {
  it("accepts a bucket with a block, found by name or by how it was made", async () => {
    const byName = { ...publicAccessBlock, propertyDependencies: {} };
    const byEdge = withValue(publicAccessBlock, "bucket", UNKNOWN);
    for (const stack of [
      [bucket, publicAccessBlock],
      [bucket, byName],
      [without(bucket, "bucket"), byEdge],
    ]) {
      expect(await complaints(requirePublicAccessBlock, stack)).to.deep.equal([]);
    }
  });

  for (const [title, stack] of [
    ["there is none", [bucket]],
    ["it is another bucket's", [bucket, withValue(publicAccessBlock, "bucket", "dataset")]],
    ["it is nobody's", [bucket, without(publicAccessBlock, "bucket")]],
    [
      "it may be another bucket's",
      [bucket, { ...withValue(publicAccessBlock, "bucket", UNKNOWN), propertyDependencies: {} }],
    ],
  ] as const) {
    it(`refuses a bucket without a block, and blames the bucket, when ${title}`, async () => {
      const { violations } = await judgeStack(requirePublicAccessBlock, stack);
      const blamed = violations.filter(({ urn }) => urn === bucket.urn);
      expect(blamed.map(({ message }) => message)).to.deep.equal([MISSING]);
    });
  }

  for (const name of [
    "blockPublicAcls",
    "blockPublicPolicy",
    "ignorePublicAcls",
    "restrictPublicBuckets",
  ]) {
    for (const [title, mutant] of [
      ["off", withValue(publicAccessBlock, name, false)],
      ["null", withValue(publicAccessBlock, name, null)],
      ["text", withValue(publicAccessBlock, name, "true")],
      ["not set", without(publicAccessBlock, name)],
    ] as const) {
      it(`refuses a block whose ${name} is ${title}, naming the property and the fix`, async () => {
        expect(await complaints(requirePublicAccessBlock, [bucket, mutant])).to.deep.equal([
          gap(name),
        ]);
      });
    }

    it(`leaves an unknown ${name} to the update`, async () => {
      const mutant = withValue(publicAccessBlock, name, UNKNOWN);
      expect(await complaints(requirePublicAccessBlock, [bucket, mutant])).to.deep.equal([]);
    });
  }
});
