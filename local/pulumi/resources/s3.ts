import { DeleteObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { z } from "zod";
import type { Cloud } from "../../cloud";
import { handler, type ResourceHandler } from "./handler";

const versioning = z.looseObject({
  bucket: z.string(),
  versioningConfiguration: z.object({ status: z.enum(["Enabled", "Suspended"]) }),
});

const encryption = z.looseObject({
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
});

const object = z.looseObject({
  bucket: z.string(),
  key: z.string(),
  content: z.string(),
  contentType: z.string().optional(),
});

export const s3Handlers: Readonly<Record<string, ResourceHandler>> = {
  "aws:s3/bucket:Bucket": handler(
    z.looseObject({ bucket: z.string().optional(), forceDestroy: z.boolean().default(false) }),
    {
      create: ({ bucket }, { cloud, physicalName }) => {
        const name = bucket ?? physicalName;
        cloud.s3.createBucket(name);
        return { id: name, bucket: name, arn: bucketArn(name, cloud) };
      },
      delete: (name, { forceDestroy }, { cloud }) => {
        cloud.s3.deleteBucket(name, forceDestroy);
      },
    },
  ),

  "aws:s3/bucketObject:BucketObject": handler(object, {
    create: async (inputs, { cloud }) => {
      await putObject(inputs, cloud);
      return { id: `${inputs.bucket}/${inputs.key}` };
    },
    update: async (_id, inputs, { cloud }) => {
      await putObject(inputs, cloud);
    },
    delete: async (_id, { bucket: Bucket, key: Key }, { cloud }) => {
      await withClient(cloud, (s3) => s3.send(new DeleteObjectCommand({ Bucket, Key })));
    },
  }),

  "aws:s3/bucketVersioning:BucketVersioning": settingOf(
    versioning,
    ({ bucket, versioningConfiguration }, cloud) => {
      cloud.s3.setVersioning(bucket, versioningConfiguration.status);
    },
    (bucket, cloud) => {
      cloud.s3.setVersioning(bucket, "Suspended");
    },
  ),

  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration":
    settingOf(
      encryption,
      ({ bucket, rules: [rule] }, cloud) => {
        const { sseAlgorithm, kmsMasterKeyId } = rule.applyServerSideEncryptionByDefault;
        cloud.s3.setDefaultEncryption(bucket, {
          algorithm: sseAlgorithm,
          ...(kmsMasterKeyId === undefined ? {} : { kmsKeyArn: kmsMasterKeyId }),
          bucketKey: rule.bucketKeyEnabled,
        });
      },
      (bucket, cloud) => {
        cloud.s3.setDefaultEncryption(bucket, { algorithm: "AES256" });
      },
    ),

  "aws:s3/bucketPolicy:BucketPolicy": settingOf(
    z.looseObject({ bucket: z.string(), policy: z.string() }),
    ({ bucket, policy }, cloud) => {
      cloud.authority.putResourcePolicy(bucketArn(bucket, cloud), policy);
    },
    (bucket, cloud) => {
      cloud.authority.deleteResourcePolicy(bucketArn(bucket, cloud));
    },
  ),

  "aws:s3/bucketNotification:BucketNotification": settingOf(
    z.strictObject({ bucket: z.string(), eventbridge: z.boolean() }),
    ({ bucket, eventbridge }, cloud) => {
      cloud.s3.setEventBridge(bucket, eventbridge);
    },
    (bucket, cloud) => {
      cloud.s3.setEventBridge(bucket, false);
    },
  ),
};

async function putObject(
  { bucket: Bucket, key: Key, content: Body, contentType: ContentType }: z.infer<typeof object>,
  cloud: Cloud,
): Promise<void> {
  await withClient(cloud, (s3) =>
    s3.send(new PutObjectCommand({ Bucket, Key, Body, ContentType })),
  );
}

/** The provider acts as whoever deploys. */
async function withClient<T>(cloud: Cloud, use: (s3: S3Client) => Promise<T>): Promise<T> {
  const s3 = new S3Client(cloud.deployerSession());
  try {
    return await use(s3);
  } finally {
    s3.destroy();
  }
}

/**
 * A setting of a bucket that is a resource of its own, and has the bucket's name as its id.
 * @param put sets it, for the first time or anew
 * @param reset brings back what a bucket has without it
 */
function settingOf<Inputs extends { bucket: string }>(
  schema: z.ZodType<Inputs>,
  put: (inputs: Inputs, cloud: Cloud) => void,
  reset: (bucket: string, cloud: Cloud) => void,
): ResourceHandler {
  return handler(schema, {
    create: (inputs, { cloud }) => {
      put(inputs, cloud);
      return { id: inputs.bucket };
    },
    update: (_id, inputs, { cloud }) => {
      put(inputs, cloud);
    },
    delete: (bucket, _inputs, { cloud }) => {
      if (cloud.s3.bucketNames.includes(bucket)) {
        reset(bucket, cloud);
      }
    },
  });
}

function bucketArn(name: string, cloud: Cloud): string {
  return `arn:${cloud.partition}:s3:::${name}`;
}
