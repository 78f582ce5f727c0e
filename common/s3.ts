import { S3Client } from "@aws-sdk/client-s3";
import { clientSettings } from "./awsClient";
import { RetryEachRequest } from "./retries";

/** Objects under way at the same time. */
export const TRANSFERS = 48;

/** Attempts of one request: half a minute of `SlowDown`, or three seconds of other errors. */
const MAX_ATTEMPTS = 8;

/** How often, and how soon, clients of S3 try again; a request is not given up for what others met. */
export const RETRIES = {
  maxAttempts: MAX_ATTEMPTS,
  retryStrategy: new RetryEachRequest(MAX_ATTEMPTS),
} as const;

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
