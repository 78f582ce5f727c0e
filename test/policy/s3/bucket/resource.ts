import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { subject, type Subject } from "../../../support/policy";

type Args<T> = pulumi.Unwrap<T>;

const args = { bucket: "inference", acl: "private" } satisfies Args<aws.s3.BucketArgs>;

/** A bucket that keeps every policy, with the companions below. */
export const bucket: Subject = subject("aws:s3/bucket:Bucket", args, {
  name: "inference",
  protect: true,
});

function companion(kind: string, props: Record<string, unknown>): Subject {
  return subject(`aws:s3/${kind.charAt(0).toLowerCase()}${kind.slice(1)}:${kind}`, props, {
    name: "inference",
    propertyDependencies: { bucket: [bucket] },
  });
}

export const publicAccessBlock = companion("BucketPublicAccessBlock", {
  bucket: "inference",
  blockPublicAcls: true,
  blockPublicPolicy: true,
  ignorePublicAcls: true,
  restrictPublicBuckets: true,
} satisfies Args<aws.s3.BucketPublicAccessBlockArgs>);

export const encryption = companion("BucketServerSideEncryptionConfiguration", {
  bucket: "inference",
  rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms" } }],
} satisfies Args<aws.s3.BucketServerSideEncryptionConfigurationArgs>);

export const versioning = companion("BucketVersioning", {
  bucket: "inference",
  versioningConfiguration: { status: "Enabled" },
} satisfies Args<aws.s3.BucketVersioningArgs>);

/** The statement that refuses requests without TLS. */
export const refusal = {
  Effect: "Deny",
  Principal: "*",
  Action: "s3:*",
  Resource: ["arn:aws:s3:::inference", "arn:aws:s3:::inference/*"],
  Condition: { Bool: { "aws:SecureTransport": "false" } },
};

export const bucketPolicy = companion("BucketPolicy", {
  bucket: "inference",
  policy: JSON.stringify({ Version: "2012-10-17", Statement: [refusal] }),
} satisfies Args<aws.s3.BucketPolicyArgs>);

export const ownership = companion("BucketOwnershipControls", {
  bucket: "inference",
  rule: { objectOwnership: "BucketOwnerEnforced" },
} satisfies Args<aws.s3.BucketOwnershipControlsArgs>);

/** Into the same bucket, for want of another. */
export const replication = companion("BucketReplicationConfig", {
  bucket: "inference",
  role: "arn:aws:iam::123456789012:role/replication",
  rules: [{ status: "Enabled", destination: { bucket: "arn:aws:s3:::inference" } }],
} satisfies Args<aws.s3.BucketReplicationConfigArgs>);

/** A bucket with all that it needs. */
export const bucketWithCompanions: readonly Subject[] = [
  bucket,
  publicAccessBlock,
  encryption,
  versioning,
  bucketPolicy,
  ownership,
  replication,
];
