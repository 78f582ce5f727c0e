import { expect } from "chai";
import { requireEncryptedOutput } from "../../../../policy/sagemaker/trainingJob/requireEncryptedOutput";
import {
  complaints,
  judgeStack,
  UNKNOWN,
  withValue,
  without,
  type Subject,
} from "../../../support/policy";
import { bucket } from "../../s3/bucket/resource";
import { trainingJob } from "./resource";

const COMPLAINT =
  "The model leaves the stack without encryption: set `outputDataConfig.kmsKeyId`, or `outputDataConfig.s3OutputPath` to a bucket of the stack.";
const URI = "outputDataConfig.s3OutputPath";

/** Made from the bucket, whatever it holds. */
const fromBucket = (mutant: Subject): Subject => ({
  ...mutant,
  propertyDependencies: { outputDataConfig: [bucket] },
});
const unnamed = withValue(bucket, "bucket", UNKNOWN);
const elsewhere = withValue(trainingJob, URI, "s3://elsewhere/key");

describe("policy sagemaker/trainingJob/requireEncryptedOutput", () => {
  for (const [title, stack] of [
    ["a bucket of the stack", [trainingJob, bucket]],
    [
      "a bucket whose name is not known yet",
      [fromBucket(withValue(trainingJob, URI, UNKNOWN)), unnamed],
    ],
    ["an unknown place", [withValue(trainingJob, URI, UNKNOWN), bucket]],
    ["a place in an unknown block", [withValue(trainingJob, "outputDataConfig", UNKNOWN)]],
    ["elsewhere, with a key", [withValue(elsewhere, "outputDataConfig.kmsKeyId", "key"), bucket]],
    [
      "elsewhere, with an unknown key",
      [withValue(elsewhere, "outputDataConfig.kmsKeyId", UNKNOWN)],
    ],
  ] as const) {
    it(`accepts ${title}`, async () => {
      expect(await complaints(requireEncryptedOutput, stack)).to.deep.equal([]);
    });
  }

  for (const [title, stack] of [
    ["a bucket that is not in the stack", [trainingJob]],
    ["another bucket than that of the stack", [elsewhere, bucket]],
    ["another bucket, made beside one without a name yet", [fromBucket(elsewhere), unnamed]],
    [
      "a bucket that this one's name starts with",
      [withValue(trainingJob, URI, "s3://infer/a"), bucket],
    ],
    ["a known place while the stack's bucket has no name yet", [elsewhere, unnamed]],
    ["an empty key", [withValue(elsewhere, "outputDataConfig.kmsKeyId", ""), bucket]],
    ["a key of another type", [withValue(elsewhere, "outputDataConfig.kmsKeyId", true), bucket]],
    ["no place", [without(trainingJob, URI), bucket]],
    ["no text", [withValue(trainingJob, URI, 7), bucket]],
    ["no URI", [withValue(trainingJob, URI, "inference"), bucket]],
  ] as const) {
    it(`refuses ${title}, naming the property and the fix`, async () => {
      const { violations } = await judgeStack(requireEncryptedOutput, stack);
      expect(violations).to.deep.equal([{ message: COMPLAINT, urn: trainingJob.urn }]);
    });
  }

  it("refuses a job that does not say where its output goes", async () => {
    const mutant = without(trainingJob, "outputDataConfig");
    expect(await complaints(requireEncryptedOutput, mutant)).to.deep.equal([COMPLAINT]);
  });
});
