import { subject, type Subject } from "../../../support/policy";

/** An object that keeps every policy. */
export const object: Subject = subject("aws:s3/bucketObjectv2:BucketObjectv2", {
  bucket: "inference",
  key: "labels.json",
  content: "[]",
  serverSideEncryption: "aws:kms",
});
