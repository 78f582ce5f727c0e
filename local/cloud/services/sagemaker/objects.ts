/** What SageMaker does with S3 on behalf of an execution role. */
import { createWriteStream } from "node:fs";
import { mkdir } from "node:fs/promises";
import * as path from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { GetObjectCommand, paginateListObjectsV2, type S3Client } from "@aws-sdk/client-s3";
import { AwsError } from "../../protocol";

const PARALLEL_DOWNLOADS = 16;

/** Splits `s3://bucket/key`. Throws AwsError `ValidationException` for anything else. */
export function parseS3Uri(uri: string): { bucket: string; key: string } {
  const match = /^s3:\/\/([^/]+)\/?(.*)$/.exec(uri);
  if (match?.[1] === undefined || match[2] === undefined) {
    throw new AwsError("ValidationException", 400, `${uri} is not an S3 URI`);
  }
  return { bucket: match[1], key: match[2] };
}

/**
 * Downloads all objects below a prefix into a folder, named by what follows the prefix's last
 * slash, as the File input mode does.
 * @returns how many objects there were
 */
export async function downloadPrefix(s3: S3Client, uri: string, folder: string): Promise<number> {
  const { bucket, key: prefix } = parseS3Uri(uri);
  const base = prefix.slice(0, prefix.lastIndexOf("/") + 1);
  const keys: string[] = [];
  for await (const page of paginateListObjectsV2(
    { client: s3 },
    { Bucket: bucket, Prefix: prefix },
  )) {
    keys.push(...(page.Contents ?? []).flatMap(({ Key }) => (Key === undefined ? [] : [Key])));
  }
  const folders = new Set(
    keys.map((key) => path.join(folder, path.dirname(key.slice(base.length)))),
  );
  for (const each of folders) {
    await mkdir(each, { recursive: true });
  }
  const remaining = keys.values();
  await Promise.all(
    Array.from({ length: PARALLEL_DOWNLOADS }, async () => {
      for (const key of remaining) {
        await downloadObject(s3, bucket, key, path.join(folder, key.slice(base.length)));
      }
    }),
  );
  return keys.length;
}

/** Downloads one object into a file. */
async function downloadObject(
  s3: S3Client,
  bucket: string,
  key: string,
  file: string,
): Promise<void> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  if (!(Body instanceof Readable)) {
    throw new Error(`s3://${bucket}/${key} came without a body`);
  }
  await pipeline(Body, createWriteStream(file));
}
