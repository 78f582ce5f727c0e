import { expect } from "chai";
import { requireEncryptedCapture } from "../../../../policy/sagemaker/endpointConfiguration/requireEncryptedCapture";
import {
  complaints,
  judgeStack,
  UNKNOWN,
  withValue,
  without,
  type Subject,
} from "../../../support/policy";
import { bucket } from "../../s3/bucket/resource";
import { endpointConfiguration } from "./resource";

const COMPLAINT =
  "Captured data leaves the stack without encryption: set `dataCaptureConfig.kmsKeyId`, or `dataCaptureConfig.destinationS3Uri` to a bucket of the stack.";
const URI = "dataCaptureConfig.destinationS3Uri";

/** Made from the bucket, whatever it holds. */
const fromBucket = (mutant: Subject): Subject => ({
  ...mutant,
  propertyDependencies: { dataCaptureConfig: [bucket] },
});
const unnamed = withValue(bucket, "bucket", UNKNOWN);
const elsewhere = withValue(endpointConfiguration, URI, "s3://elsewhere/key");

describe("policy sagemaker/endpointConfiguration/requireEncryptedCapture", () => {
  for (const [title, stack] of [
    ["a bucket of the stack", [endpointConfiguration, bucket]],
    [
      "a bucket whose name is not known yet",
      [fromBucket(withValue(endpointConfiguration, URI, UNKNOWN)), unnamed],
    ],
    ["an unknown place", [withValue(endpointConfiguration, URI, UNKNOWN), bucket]],
    [
      "a place in an unknown block",
      [withValue(endpointConfiguration, "dataCaptureConfig", UNKNOWN)],
    ],
    ["elsewhere, with a key", [withValue(elsewhere, "dataCaptureConfig.kmsKeyId", "key"), bucket]],
    [
      "elsewhere, with an unknown key",
      [withValue(elsewhere, "dataCaptureConfig.kmsKeyId", UNKNOWN)],
    ],
  ] as const) {
    it(`accepts ${title}`, async () => {
      expect(await complaints(requireEncryptedCapture, stack)).to.deep.equal([]);
    });
  }

  for (const [title, stack] of [
    ["a bucket that is not in the stack", [endpointConfiguration]],
    ["another bucket than that of the stack", [elsewhere, bucket]],
    ["another bucket, made beside one without a name yet", [fromBucket(elsewhere), unnamed]],
    [
      "a bucket that this one's name starts with",
      [withValue(endpointConfiguration, URI, "s3://infer/a"), bucket],
    ],
    ["a known place while the stack's bucket has no name yet", [elsewhere, unnamed]],
    ["an empty key", [withValue(elsewhere, "dataCaptureConfig.kmsKeyId", ""), bucket]],
    ["a key of another type", [withValue(elsewhere, "dataCaptureConfig.kmsKeyId", true), bucket]],
    ["no place", [without(endpointConfiguration, URI), bucket]],
    ["no text", [withValue(endpointConfiguration, URI, 7), bucket]],
    ["no URI", [withValue(endpointConfiguration, URI, "inference"), bucket]],
  ] as const) {
    it(`refuses ${title}, naming the property and the fix`, async () => {
      const { violations } = await judgeStack(requireEncryptedCapture, stack);
      expect(violations).to.deep.equal([{ message: COMPLAINT, urn: endpointConfiguration.urn }]);
    });
  }

  it("leaves a configuration without capture to the policy on capture", async () => {
    const off = without(endpointConfiguration, "dataCaptureConfig");
    expect(await complaints(requireEncryptedCapture, off)).to.deep.equal([]);
  });
});
