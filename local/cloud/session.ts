import type { S3ClientConfig } from "@aws-sdk/client-s3";

/** How somebody in the local cloud reaches its services: ready to be given to an SDK client. */
export type Session = Required<Pick<S3ClientConfig, "endpoint" | "region" | "credentials">>;

/**
 * A session of a role, for a service that the role trusts.
 * @throws AwsError `AccessDenied` when its trust policy does not allow the service
 */
export type AssumeRole = (roleArn: string, service: string) => Session;
