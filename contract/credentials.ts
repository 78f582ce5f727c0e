/**
 * As whom the programs of an update reach AWS, where the provider's configuration says more than
 * the AWS SDK's own environment variables can.
 */

/** Environment variable with an {@link Identity} as JSON: set by `infra`, read by `common`. */
export const IDENTITY_VARIABLE = "ML_WORKFLOW_AWS_IDENTITY";

/** How one gets from the credentials of the environment to those that the provider acts with. */
export interface Identity {
  /** Named in the provider's configuration, so that it goes before keys in the environment. */
  readonly profile?: string;
  /** Takes the place of the credentials found. */
  readonly webIdentity?: WebIdentity;
  /** Assumed one with the credentials of the other. */
  readonly roles?: readonly AssumedRole[];
  /** Region of STS, where it is not the stack's own. */
  readonly stsRegion?: string;
}

export interface RoleSession {
  readonly roleArn: string;
  readonly sessionName?: string;
  readonly durationSeconds?: number;
  /** JSON of a policy that narrows the role. */
  readonly policy?: string;
  readonly policyArns?: readonly string[];
}

export interface AssumedRole extends RoleSession {
  readonly externalId?: string;
  readonly sourceIdentity?: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly transitiveTagKeys?: readonly string[];
}

/** With a token, or with a file that holds one. */
export interface WebIdentity extends RoleSession {
  readonly token?: string;
  readonly tokenFile?: string;
}
