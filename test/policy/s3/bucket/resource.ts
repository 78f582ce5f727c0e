import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { subject, type Subject } from "../../../support/policy";

const args = { bucket: "inference", acl: "private" } satisfies pulumi.Unwrap<aws.s3.BucketArgs>;

/** A bucket that keeps every policy. */
export const bucket: Subject = subject("aws:s3/bucket:Bucket", args, { name: "inference" });
