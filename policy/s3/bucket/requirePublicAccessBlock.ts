import { onEach, type StackRule } from "../../support/rule";
import { BUCKETS, companionsOf, SWITCHES } from "./resource";

const TYPES = ["aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"];

/** A block on the whole account is not seen by a stack, and does not count. */
export const requirePublicAccessBlock: StackRule = {
  name: "s3-bucket-require-public-access-block",
  displayName: "Buckets cannot be made public",
  description: "Every bucket must have a public access block with all four switches on.",
  enforcementLevel: "mandatory",
  severity: "critical",
  tags: ["s3", "security"],
  remediationSteps:
    "Add an `aws.s3.BucketPublicAccessBlock` for the bucket, and set all of its switches to true.",
  url: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html",
  validateStack: onEach(BUCKETS, (bucket, stack, report) => {
    const blocks = companionsOf(bucket, stack, TYPES);
    if (blocks.length === 0) {
      report("Nothing keeps the bucket private: add an `aws.s3.BucketPublicAccessBlock` for it.");
    }
    for (const { props } of blocks) {
      const off = SWITCHES.filter((name) => !props.at(name).mayBe((value) => value === true));
      if (off.length > 0) {
        const names = off.map((name) => `\`${name}\``).join(" and ");
        report(`The public access block of the bucket has gaps: set ${names} to true.`);
      }
    }
  }),
};
