import { S3Client } from "@aws-sdk/client-s3";

/** Objects under way at the same time. */
export const TRANSFERS = 48;

/**
 * A client from the environment, as the AWS SDK reads it. Behind an endpoint of its own
 * (`AWS_ENDPOINT_URL_S3`, `AWS_ENDPOINT_URL`) buckets are addressed by path, for names such as
 * `bucket.localhost` need not resolve.
 */
export function createS3Client(environment: NodeJS.ProcessEnv = process.env): S3Client {
  const endpoint = environment["AWS_ENDPOINT_URL_S3"] ?? environment["AWS_ENDPOINT_URL"];
  return new S3Client({
    forcePathStyle: endpoint !== undefined,
    // Slows down by itself when S3 answers `SlowDown`, and gives up only after about a minute.
    retryMode: "adaptive",
    maxAttempts: 8,
    requestHandler: {
      httpAgent: { maxSockets: TRANSFERS, keepAlive: true },
      httpsAgent: { maxSockets: TRANSFERS, keepAlive: true },
    },
  });
}
