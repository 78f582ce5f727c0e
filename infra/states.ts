/** What the definitions of all state machines have in common, in Amazon States Language. */

/** What their states refer to. */
export interface BucketReferences {
  /** Of the account: `aws`, `aws-cn` or `aws-us-gov`. */
  readonly partition: string;
  readonly bucketName: string;
}

/** Where a failed step leaves its error, besides the input it was given. */
export const ERROR_PATH = "$.error";

/** A request that S3 has not answered by then is tried again. */
export const S3_TIMEOUT_SECONDS = 60;

/** What a task fails with that gives no name of its own, or no answer. */
export const TASK_ERRORS = ["States.TaskFailed", "States.Timeout"] as const;

/** Passing trouble of the Lambda service itself ("Handle transient Lambda service exceptions"). */
export const TRANSIENT_LAMBDA_ERRORS = [
  "Lambda.ClientExecutionTimeoutException",
  "Lambda.ServiceException",
  "Lambda.AWSLambdaException",
  "Lambda.SdkClientException",
  "Lambda.TooManyRequestsException",
] as const;

/**
 * Passing trouble of S3, throttling of its key included, as a function throws it that has met it more
 * often than its client tries ("Error responses", Amazon S3 API Reference); the last is the client's
 * own name for a broken connection.
 */
export const TRANSIENT_S3_ERRORS = [
  "InternalError",
  "RequestTimeout",
  "ServiceUnavailable",
  "SlowDown",
  "TimeoutError",
] as const;

/** Bounded, growing and jittered, so that many executions do not come back at the same time. */
export function retry(errors: readonly string[]) {
  return {
    ErrorEquals: [...errors],
    IntervalSeconds: 2,
    MaxAttempts: 5,
    BackoffRate: 2,
    MaxDelaySeconds: 60,
    JitterStrategy: "FULL",
  };
}

/**
 * Where the error of a write that must not overwrite leads: S3 refuses it where there is an object
 * already. Step Functions has no name for that, so it is told by its words.
 */
export function chooseConflict(next: string, otherwise: string) {
  return {
    Type: "Choice",
    Choices: [{ Variable: `${ERROR_PATH}.Cause`, StringMatches: "*Status Code: 412*", Next: next }],
    Default: otherwise,
  };
}

/** Ends an execution with the error that a step has left. */
export function failed() {
  return { Type: "Fail", ErrorPath: `${ERROR_PATH}.Error`, CausePath: `${ERROR_PATH}.Cause` };
}
