import { GetObjectCommand, type S3Client } from "@aws-sdk/client-s3";

/**
 * What the children of a distributed map that succeeded have ended with, in the manifest's order.
 * @param output the map's, which says where its results are
 */
export async function mapResults(
  s3: S3Client,
  Bucket: string,
  output: unknown,
): Promise<readonly unknown[]> {
  const read = async (Key: string): Promise<unknown> => {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
    return JSON.parse((await Body?.transformToString()) ?? "");
  };
  const { Key } = (output as { ResultWriterDetails: { Key: string } }).ResultWriterDetails;
  const { ResultFiles } = (await read(Key)) as {
    ResultFiles: Record<string, readonly { Key: string }[]>;
  };
  const results: unknown[] = [];
  for (const file of ResultFiles["SUCCEEDED"] ?? []) {
    for (const { Output } of (await read(file.Key)) as { Output: string }[]) {
      results.push(JSON.parse(Output));
    }
  }
  return results;
}
