/**
 * What every service of the local cloud has in common: it answers one signed HTTP request at a
 * time, knows who asks, and refuses with the error codes AWS uses.
 */

/** A request as a service sees it: read whole, its signature's credential resolved to a caller. */
export interface ServiceRequest {
  readonly method: string;
  /** Path and query as sent (still percent-encoded). */
  readonly url: URL;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** Who asks; empty while a request is refused before that is known. */
  readonly callerArn: string;
  /**
   * Throws {@link AwsError} `AccessDenied` unless the caller's role allows the action.
   * @param action for example `s3:GetObject`
   * @param resource the ARN that IAM would check
   */
  readonly authorize: (action: string, resource: string) => void;
}

export interface ServiceResponse {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer | string;
}

export interface Service {
  handle(request: ServiceRequest): Promise<ServiceResponse>;
  /** Renders a refusal in the service's own wire format. */
  renderError(error: AwsError, request: ServiceRequest): ServiceResponse;
}

/** A refusal with the code that the AWS service would give; anything else thrown is a bug of ours. */
export class AwsError extends Error {
  constructor(
    /** For example `NoSuchKey`. */
    readonly code: string,
    readonly status: number,
    message: string,
  ) {
    super(message);
    this.name = code;
  }
}
