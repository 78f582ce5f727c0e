import { S3Client } from "@aws-sdk/client-s3";
import { clientSettings } from "./awsClient";

/** Objects under way at the same time. */
export const TRANSFERS = 48;

/**
 * How often a request is tried: all slow down together when S3 answers `SlowDown`, and one is given
 * up after half a minute of that, or three seconds of other errors, on average.
 */
export const RETRIES = { retryMode: "adaptive", maxAttempts: 8 } as const;

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
