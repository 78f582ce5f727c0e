import { expect } from "chai";
import { requireVersioning } from "../../../../policy/s3/bucket/requireVersioning";
import { complaints, subject, UNKNOWN, withValue, without } from "../../../support/policy";
import { bucket, versioning } from "./resource";

const COMPLAINT =
  "The bucket keeps no versions: add an `aws.s3.BucketVersioning` for it, with " +
  "`versioningConfiguration.status` Enabled.";
const STATUS = "versioningConfiguration.status";

describe("policy s3/bucket/requireVersioning", () => {
  for (const [title, stack] of [
    ["a companion", [bucket, versioning]],
    ["a companion with an unknown status", [bucket, withValue(versioning, STATUS, UNKNOWN)]],
    ["its own property", [withValue(bucket, "versioning", { enabled: true })]],
    ["its own property, if it is unknown", [withValue(bucket, "versioning", UNKNOWN)]],
    [
      "the property of its older resource",
      [subject("aws:s3/bucketV2:BucketV2", { versionings: [{ enabled: true }] })],
    ],
  ] as const) {
    it(`accepts a bucket versioned by ${title}`, async () => {
      expect(await complaints(requireVersioning, stack)).to.deep.equal([]);
    });
  }

  for (const [title, stack] of [
    ["there is no companion", [bucket]],
    ["the companion is another bucket's", [bucket, withValue(versioning, "bucket", "dataset")]],
    ["it is suspended", [bucket, withValue(versioning, STATUS, "Suspended")]],
    ["its status is null", [bucket, withValue(versioning, STATUS, null)]],
    ["its status is of another type", [bucket, withValue(versioning, STATUS, 1)]],
    ["its status is not set", [bucket, without(versioning, "versioningConfiguration")]],
    ["its own property is off", [withValue(bucket, "versioning", { enabled: false })]],
  ] as const) {
    it(`refuses a bucket when ${title}, naming the property and the fix`, async () => {
      expect(await complaints(requireVersioning, stack)).to.deep.equal([COMPLAINT]);
    });
  }
});
