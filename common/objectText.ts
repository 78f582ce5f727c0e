import { GetObjectCommand, type S3Client } from "@aws-sdk/client-s3";

/** The text of an object; undefined where there is no such object. */
export async function findText(
  s3: S3Client,
  Bucket: string,
  Key: string,
): Promise<string | undefined> {
  try {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
    return (await Body?.transformToString()) ?? "";
  } catch (error) {
    if (error instanceof Error && error.name === "NoSuchKey") {
      return undefined;
    }
    throw error;
  }
}
