import type { Member } from "../../support/member";
import type { Stack } from "../../support/stack";

export const BUCKETS = ["aws:s3/bucket:Bucket", "aws:s3/bucketV2:BucketV2"];

/** Setting of rules on how objects are encrypted. */
export const algorithmsSetting = {
  type: "array",
  items: { type: "string" },
  minItems: 1,
  // S3 encrypts with a key of its own, AES256, whatever one does.
  default: ["aws:kms", "aws:kms:dsse"],
  description: "Algorithms that a bucket may encrypt with unless a request says otherwise",
} as const;

/** What a public access block consists of. */
export const SWITCHES = [
  "blockPublicAcls",
  "blockPublicPolicy",
  "ignorePublicAcls",
  "restrictPublicBuckets",
];

/** The resources of some types that are about a bucket. */
export function companionsOf(
  bucket: Member,
  stack: Stack,
  types: readonly string[],
): readonly Member[] {
  return stack.referringTo(bucket, types, "bucket", "bucket");
}

/**
 * Whether the deprecated properties of the bucket itself are the program's: without its inputs, a
 * bucket with companions shows in them what those have set, or will change.
 */
export function countsInline(bucket: Member, companions: readonly Member[]): boolean {
  return bucket.isAsked || companions.length === 0;
}
