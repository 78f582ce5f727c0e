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

  "aws:s3/bucketNotification:BucketNotification": handler(
    z.strictObject({ bucket: z.string(), eventbridge: z.literal(true) }),
    ({ bucket }, { cloud }) => {
      cloud.s3.enableEventBridge(bucket);
      return { id: bucket };
    },
  ),
};
