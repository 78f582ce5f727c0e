import { S3Client } from "@aws-sdk/client-s3";
import { clientSettings } from "./awsClient";

/** Objects under way at the same time. */
export const TRANSFERS = 48;

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
    // Slows down by itself when S3 answers `SlowDown`, and gives up only after about a minute.
    retryMode: "adaptive",
    maxAttempts: 8,
  });
}
