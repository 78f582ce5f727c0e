import type { Credentials } from "./iam";

/** How somebody in the local cloud reaches its services: ready to be given to an SDK client. */
export interface Session {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: Credentials;
}

/**
 * A session of a role, for a service that the role trusts.
 * @throws AwsError `AccessDenied` when its trust policy does not allow the service
 */
export type AssumeRole = (roleArn: string, service: string) => Session;
