import { onEachAsAsked, type StackRule } from "../../support/rule";
import { destinations, placesElsewhere } from "../destination";
import { BUCKETS } from "./resource";

/** What copies objects, or the names of all of them, and where it says to which bucket. */
const COPIERS: Readonly<Record<string, string>> = {
  "aws:s3/bucketReplicationConfig:BucketReplicationConfig": "rules.destination.bucket",
  "aws:s3/inventory:Inventory": "destination.bucket.bucketArn",
  "aws:s3/analyticsConfiguration:AnalyticsConfiguration":
    "storageClassAnalysis.dataExport.destination.s3BucketDestination.bucketArn",
  "aws:s3control/storageLensConfiguration:StorageLensConfiguration":
    "storageLensConfiguration.dataExport.s3BucketDestination.arn",
};

/** The deprecated properties of the bucket itself, of both of its resources. */
const INLINE = [
  "replicationConfiguration.rules.destination.bucket",
  "replicationConfigurations.rules.destinations.bucket",
];

export const restrictDestinations: StackRule = {
  name: "s3-bucket-restrict-destinations",
  displayName: "What S3 copies stays in approved buckets",
  description:
    "Replicas, inventories and analyses of a bucket must go to a bucket of the stack, or to a " +
    "listed one.",
  enforcementLevel: "mandatory",
  severity: "critical",
  tags: ["s3", "security"],
  remediationSteps:
    "Name a bucket of the stack as the destination, or list the bucket in `buckets`.",
  url: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication.html",
  configSchema: destinations.schema,
  ...onEachAsAsked([...BUCKETS, ...Object.keys(COPIERS)], (member, stack, report, args) => {
    const paths = [COPIERS[member.type] ?? INLINE].flat();
    // What the provider computes by itself is no choice of the program's.
    const places = paths.flatMap((path) => member.askedWithin(path));
    for (const { path } of placesElsewhere(member, stack, args, places)) {
      report(
        `Data leaves the stack: set \`${path}\` to a bucket of the stack, or list the bucket in the ` +
          "policy's config.",
      );
    }
  }),
};
