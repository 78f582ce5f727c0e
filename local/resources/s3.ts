import { z } from "zod";
import { handler, type ResourceHandler } from "./handler";

export const s3Handlers: Readonly<Record<string, ResourceHandler>> = {
  "aws:s3/bucket:Bucket": handler(
    z.looseObject({ bucket: z.string().optional() }),
    ({ bucket }, { cloud, physicalName }) => {
      const name = bucket ?? physicalName;
      cloud.s3.createBucket(name);
      return { id: name, bucket: name, arn: `arn:${cloud.partition}:s3:::${name}` };
    },
  ),

  "aws:s3/bucketVersioning:BucketVersioning": handler(
    z.looseObject({
      bucket: z.string(),
      versioningConfiguration: z.object({ status: z.literal("Enabled") }),
    }),
    ({ bucket }, { cloud }) => {
      cloud.s3.enableVersioning(bucket);
      return { id: bucket };
    },
  ),

  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": handler(
    z.looseObject({
      bucket: z.string(),
      rules: z.tuple([
        z.object({
          applyServerSideEncryptionByDefault: z.object({
            sseAlgorithm: z.enum(["AES256", "aws:kms"]),
            kmsMasterKeyId: z.string().optional(),
          }),
          bucketKeyEnabled: z.boolean().default(false),
        }),
      ]),
    }),
    ({ bucket, rules: [rule] }, { cloud }) => {
      const { sseAlgorithm, kmsMasterKeyId } = rule.applyServerSideEncryptionByDefault;
      cloud.s3.setDefaultEncryption(bucket, {
        algorithm: sseAlgorithm,
        ...(kmsMasterKeyId === undefined ? {} : { kmsKeyArn: kmsMasterKeyId }),
        bucketKey: rule.bucketKeyEnabled,
      });
      return { id: bucket };
    },
  ),

  "aws:s3/bucketPolicy:BucketPolicy": handler(
    z.looseObject({ bucket: z.string(), policy: z.string() }),
    ({ bucket, policy }, { cloud }) => {
      cloud.authority.putResourcePolicy(`arn:${cloud.partition}:s3:::${bucket}`, policy);
      return { id: bucket };
    },
  ),

  "aws:s3/bucketNotification:BucketNotification": handler(
    z.strictObject({ bucket: z.string(), eventbridge: z.literal(true) }),
    ({ bucket }, { cloud }) => {
      cloud.s3.enableEventBridge(bucket);
      return { id: bucket };
    },
  ),
};
