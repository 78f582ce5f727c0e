import { onTypes, type ResourceRule } from "../../support/rule";
import { onlyInStacks, stacksSchema } from "../../support/stackNames";
import { BUCKETS } from "./resource";

const TYPES = [
  ...BUCKETS,
  "aws:s3/directoryBucket:DirectoryBucket",
  "aws:s3/vectorsVectorBucket:VectorsVectorBucket",
  "aws:s3tables/tableBucket:TableBucket",
];

export const requireProtection: ResourceRule = {
  name: "s3-bucket-require-protection",
  displayName: "Data in production is not deleted by mistake",
  description:
    "In production a bucket must be protected from deletion, and not give up its objects either.",
  enforcementLevel: "mandatory",
  severity: "high",
  tags: ["s3", "data-loss"],
  remediationSteps:
    "Set the resource option `protect` to true, and leave out `forceDestroy`; delete a bucket by " +
    "first taking its protection away.",
  url: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/delete-bucket.html",
  configSchema: stacksSchema,
  validateResource: onTypes(TYPES, (bucket, report, args) => {
    onlyInStacks(args.urn, args);
    if (!args.opts.protect) {
      report(
        "The bucket can be deleted with the stack: set the resource option `protect` to true.",
      );
    }
    if (bucket.at("forceDestroy").is((value) => value === true)) {
      report("Objects are deleted with the bucket: leave out `forceDestroy`, or set it to false.");
    }
  }),
};
