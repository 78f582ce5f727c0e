import * as pulumi from "@pulumi/pulumi";
import * as aws from "./aws";
import type { DataKey } from "./dataKey";

export interface PrivateBucketArgs {
  /** Encrypts every object. */
  readonly key: DataKey;
  /** Refuse to delete the bucket while there are objects in it; otherwise they go with it. */
  readonly keepObjects: boolean;
  /** Days after which objects are deleted, by key prefix; objects under no prefix stay. */
  readonly expirationDays: Readonly<Record<string, number>>;
}

/** Days for which an overwritten or deleted object can be had back. */
const NONCURRENT_DAYS = 30;

/** Days after which the parts of an upload that was never completed are deleted. */
const INCOMPLETE_UPLOAD_DAYS = 7;

/**
 * A bucket that nobody outside the account can be given access to: encrypted, versioned, reached
 * over TLS only. The option `protect` holds for the bucket and for every one of its protections.
 */
export class PrivateBucket extends pulumi.ComponentResource {
  /** Known only once all of the bucket's protections are there. */
  readonly name: pulumi.Output<string>;
  readonly arn: pulumi.Output<string>;
  readonly key: DataKey;

  constructor(name: string, args: PrivateBucketArgs, opts?: pulumi.ComponentResourceOptions) {
    super("ml-workflow-aws:infra:PrivateBucket", name, {}, opts);
    const child = { parent: this };

    const bucket = new aws.s3.Bucket(name, { forceDestroy: !args.keepObjects }, child);
    const access = new aws.s3.BucketPublicAccessBlock(
      `${name}-access`,
      {
        bucket: bucket.bucket,
        blockPublicAcls: true,
        blockPublicPolicy: true,
        ignorePublicAcls: true,
        restrictPublicBuckets: true,
      },
      child,
    );
    const ownership = new aws.s3.BucketOwnershipControls(
      `${name}-ownership`,
      { bucket: bucket.bucket, rule: { objectOwnership: "BucketOwnerEnforced" } },
      child,
    );
    const encryption = new aws.s3.BucketServerSideEncryptionConfiguration(
      `${name}-encryption`,
      {
        bucket: bucket.bucket,
        rules: [
          {
            applyServerSideEncryptionByDefault: {
              sseAlgorithm: "aws:kms",
              kmsMasterKeyId: args.key.arn,
            },
            // One request to KMS for many objects, not one for each.
            bucketKeyEnabled: true,
          },
        ],
      },
      child,
    );
    const versioning = new aws.s3.BucketVersioning(
      `${name}-versioning`,
      { bucket: bucket.bucket, versioningConfiguration: { status: "Enabled" } },
      child,
    );
    const lifecycle = new aws.s3.BucketLifecycleConfiguration(
      `${name}-lifecycle`,
      { bucket: bucket.bucket, rules: lifecycleRules(args.expirationDays) },
      // Rules on versions are refused while there are none.
      { ...child, dependsOn: [versioning] },
    );
    const policy = new aws.s3.BucketPolicy(
      `${name}-policy`,
      { bucket: bucket.bucket, policy: pulumi.jsonStringify(tlsOnly(bucket.arn)) },
      // S3 refuses to change both at the same time.
      { ...child, dependsOn: [access] },
    );

    const protections = [access, ownership, encryption, versioning, lifecycle, policy];
    this.name = pulumi
      .all([bucket.bucket, pulumi.all(protections.map(({ id }) => id))])
      .apply(([bucketName]) => bucketName);
    this.arn = bucket.arn;
    this.key = args.key;
    this.registerOutputs({ name: this.name, arn: this.arn });
  }
}

function lifecycleRules(expirationDays: PrivateBucketArgs["expirationDays"]) {
  return [
    {
      id: "tidy-up",
      status: "Enabled",
      filter: {},
      abortIncompleteMultipartUpload: { daysAfterInitiation: INCOMPLETE_UPLOAD_DAYS },
      noncurrentVersionExpiration: { noncurrentDays: NONCURRENT_DAYS },
    },
    ...Object.entries(expirationDays).map(([prefix, days]) => ({
      id: `expire-${prefix}`,
      status: "Enabled",
      filter: { prefix },
      expiration: { days },
    })),
  ];
}

/** "Security best practices for Amazon S3", Amazon S3 User Guide. */
function tlsOnly(bucketArn: pulumi.Output<string>) {
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "RefusePlainHttp",
        Effect: "Deny",
        Principal: "*",
        Action: "s3:*",
        Resource: [bucketArn, pulumi.interpolate`${bucketArn}/*`],
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
    ],
  };
}
