import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

export interface PrivateBucketArgs {
  /** Refuse to delete the bucket, and with it its objects, when the stack goes. */
  readonly protect: boolean;
}

/** A bucket nobody outside the account can be given access to. */
export class PrivateBucket extends pulumi.ComponentResource {
  readonly name: pulumi.Output<string>;
  readonly arn: pulumi.Output<string>;

  constructor(name: string, args: PrivateBucketArgs, opts?: pulumi.ComponentResourceOptions) {
    super("ml-workflow-aws:infra:PrivateBucket", name, {}, opts);

    const bucket = new aws.s3.Bucket(
      name,
      { forceDestroy: !args.protect },
      { parent: this, protect: args.protect },
    );
    const access = new aws.s3.BucketPublicAccessBlock(
      `${name}-access`,
      {
        bucket: bucket.bucket,
        blockPublicAcls: true,
        blockPublicPolicy: true,
        ignorePublicAcls: true,
        restrictPublicBuckets: true,
      },
      { parent: this },
    );

    // Nobody learns the name before the bucket is closed to the public.
    this.name = pulumi.all([bucket.bucket, access.id]).apply(([bucketName]) => bucketName);
    this.arn = bucket.arn;
    this.registerOutputs({ name: this.name, arn: this.arn });
  }
}
