import { expect } from "chai";
import { requireVersioning } from "../../../../policy/s3/bucket/requireVersioning";
import {
  complaints,
  complaintsAsAsked,
  subject,
  UNKNOWN,
  withValue,
  without,
} from "../../../support/policy";
import { bucket, versioning } from "./resource";

const COMPLAINT =
  "The bucket keeps no versions: add an `aws.s3.BucketVersioning` for it, with " +
  "`versioningConfiguration.status` Enabled.";
const off = (path: string, value: string) =>
  `The bucket keeps no versions: set \`${path}\` to ${value}.`;
const STATUS = "versioningConfiguration.status";

describe("policy s3/bucket/requireVersioning", () => {
  for (const [title, stack] of [
    ["a companion", [bucket, versioning]],
    ["a companion with an unknown status", [bucket, withValue(versioning, STATUS, UNKNOWN)]],
    ["its own property", [withValue(bucket, "versioning", { enabled: true })]],
    [
      "its own property, if that was made from something unknown",
      [
        {
          ...withValue(bucket, "versioning", UNKNOWN),
          propertyDependencies: { versioning: [versioning] },
        },
        { ...versioning, props: { bucket: "other" } },
      ],
    ],
    [
      "a companion, whatever its own property has not heard of yet",
      [withValue(bucket, "versioning", { enabled: false }), versioning],
    ],
    [
      "the property of its older resource",
      [subject("aws:s3/bucketV2:BucketV2", { versionings: [{ enabled: true }] })],
    ],
  ] as const) {
    it(`accepts a bucket versioned by ${title}`, async () => {
      expect(await complaints(requireVersioning, stack)).to.deep.equal([]);
    });
  }

  const asWritten = off(STATUS, "Enabled");
  const asOwn = off("versioning.enabled", "true");
  for (const [title, stack, complaint] of [
    ["there is no companion", [bucket], COMPLAINT],
    ["there is none, in a first preview", [withValue(bucket, "versioning", UNKNOWN)], COMPLAINT],
    [
      "the companion is another bucket's",
      [bucket, withValue(versioning, "bucket", "dataset")],
      COMPLAINT,
    ],
    ["it is suspended", [bucket, withValue(versioning, STATUS, "Suspended")], asWritten],
    ["its status is null", [bucket, withValue(versioning, STATUS, null)], asWritten],
    ["its status is of another type", [bucket, withValue(versioning, STATUS, 1)], asWritten],
    ["its status is not set", [bucket, without(versioning, "versioningConfiguration")], asWritten],
    ["its own property is off", [withValue(bucket, "versioning", { enabled: false })], asOwn],
    [
      "a second companion undoes the first",
      [
        bucket,
        versioning,
        { ...withValue(versioning, STATUS, "Suspended"), urn: `${versioning.urn}-2` },
      ],
      asWritten,
    ],
  ] as const) {
    it(`refuses a bucket when ${title}, naming the property and the fix`, async () => {
      expect(await complaints(requireVersioning, stack)).to.deep.equal([complaint]);
    });
  }

  describe("with the inputs in view", () => {
    for (const [title, own, reported] of [
      ["in a first preview", bucket, withValue(bucket, "versioning", UNKNOWN)],
      [
        "after a companion was removed that the state still knows of",
        bucket,
        withValue(bucket, "versioning", { enabled: true }),
      ],
    ] as const) {
      it(`refuses a bucket that asks for no versions, ${title}`, async () => {
        expect(await complaintsAsAsked(requireVersioning, [own], [reported])).to.deep.equal([
          COMPLAINT,
        ]);
      });
    }

    for (const [title, own, reported] of [
      [
        "whose own property is unknown to the provider",
        withValue(bucket, "versioning", { enabled: true }),
        withValue(bucket, "versioning", UNKNOWN),
      ],
      [
        "whose own property is only known in the update",
        withValue(bucket, "versioning", UNKNOWN),
        withValue(bucket, "versioning", UNKNOWN),
      ],
    ] as const) {
      it(`accepts a bucket ${title}`, async () => {
        expect(await complaintsAsAsked(requireVersioning, [own], [reported])).to.deep.equal([]);
      });
    }

    it("forgets the inputs of one analysis in the next", async () => {
      await complaintsAsAsked(requireVersioning, [bucket], [bucket]);
      const kept = withValue(bucket, "versioning", { enabled: true });
      expect(await complaints(requireVersioning, [kept])).to.deep.equal([]);
    });

    it("accepts a companion in an update that has not reached the bucket's own state", async () => {
      const before = withValue(bucket, "versioning", { enabled: false });
      expect(
        await complaintsAsAsked(requireVersioning, [bucket, versioning], [before, versioning]),
      ).to.deep.equal([]);
    });
  });
});
