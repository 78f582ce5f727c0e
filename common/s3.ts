import { S3Client } from "@aws-sdk/client-s3";
import { clientSettings } from "./awsClient";
import { retries } from "./retries";

/** Objects under way at the same time. */
export const TRANSFERS = 48;

/** Of a request to S3: half a minute of `SlowDown`, or three seconds of other errors. */
export const RETRIES = retries(8);

/**
 * A client from the environment. Behind an endpoint of its own (`AWS_ENDPOINT_URL_S3`,
 * `AWS_ENDPOINT_URL`) buckets are addressed by path, for names such as `bucket.localhost` need not
 * resolve.
 */
export function createS3Client(environment: NodeJS.ProcessEnv = process.env): S3Client {
  const endpoint = environment["AWS_ENDPOINT_URL_S3"] ?? environment["AWS_ENDPOINT_URL"];
  return new S3Client({
    ...clientSettings({ maxSockets: TRANSFERS }, environment),
    forcePathStyle: endpoint !== undefined,
    ...RETRIES,
  });
}
