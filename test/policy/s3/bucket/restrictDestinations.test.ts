import { restrictDestinations } from "../../../../policy/s3/bucket/restrictDestinations";
import { subject, UNKNOWN, withValue } from "../../../support/policy";
import { itDecides } from "../../cases";
import { bucket, replication } from "./resource";

const PLACE = "rules[0].destination.bucket";
const inventory = subject("aws:s3/inventory:Inventory", {
  destination: { bucket: { bucketArn: "arn:aws:s3:::elsewhere" } },
});
const leaves = (path: string) =>
  `Data leaves the stack: set \`${path}\` to a bucket of the stack, or list the bucket in the ` +
  "policy's config.";

describe("policy s3/bucket/restrictDestinations", () => {
  itDecides(restrictDestinations, {
    accepts: {
      "a replica in another bucket of the stack": [bucket, replication],
      "a bucket that is not copied": bucket,
      "a destination that the update will know": [bucket, withValue(replication, PLACE, UNKNOWN)],
    },
    refuses: {
      "a replica in a foreign bucket": [
        [bucket, withValue(replication, PLACE, "arn:aws:s3:::elsewhere")],
        leaves(PLACE),
      ],
      "a replica in a bucket that begins alike": [
        [bucket, withValue(replication, PLACE, "arn:aws:s3:::inference-elsewhere")],
        leaves(PLACE),
      ],
      "a replica by an access point": [
        [bucket, withValue(replication, PLACE, "arn:aws:s3:us-east-1:999999999999:accesspoint/a")],
        leaves(PLACE),
      ],
      "a replica by the bucket's own property": [
        withValue(bucket, "replicationConfiguration", {
          rules: [{ destination: { bucket: "arn:aws:s3:::elsewhere" } }],
        }),
        leaves("replicationConfiguration.rules[0].destination.bucket"),
      ],
      "a list of all objects in a foreign bucket": [
        [bucket, inventory],
        leaves("destination.bucket.bucketArn"),
      ],
    },
    ignores: { "other resources": subject("aws:s3/bucketPolicy:BucketPolicy", {}) },
  });

  describe("with a listed bucket", () => {
    itDecides(restrictDestinations, {
      accepts: { "a list of all objects in it": inventory },
      refuses: {},
      config: { buckets: ["else*"] },
    });
  });
});
