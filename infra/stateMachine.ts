import { ENDPOINT_DISABLED, ERRORS, INFERENCE_PREFIXES, type Verdict } from "../contract/inference";

/** What the definition refers to. */
export interface StateMachineReferences {
  /** Of the account: `aws`, `aws-cn` or `aws-us-gov`. */
  readonly partition: string;
  readonly serializeFunctionArn: string;
  readonly classifyFunctionArn: string;
  readonly filterFunctionArn: string;
  readonly bucketName: string;
  readonly reviewTopicArn: string;
}

/** What keeping a failure refers to. */
type FailureReferences = Pick<StateMachineReferences, "partition" | "bucketName">;

/**
 * Longest execution: more than all retries of the slowest step take, so that a failure is recorded
 * before time is up.
 */
const EXECUTION_TIMEOUT_SECONDS = 900;

/** Where a failed step leaves its error, besides the input it was given. */
const ERROR_PATH = "$.error";

/** Passing trouble of the Lambda service itself ("Handle transient Lambda service exceptions"). */
const TRANSIENT_LAMBDA_ERRORS = [
  "Lambda.ClientExecutionTimeoutException",
  "Lambda.ServiceException",
  "Lambda.AWSLambdaException",
  "Lambda.SdkClientException",
  "Lambda.TooManyRequestsException",
];

/**
 * The classification workflow in Amazon States Language: serialize, classify, filter, then keep
 * the verdict where it belongs. A verdict below the threshold ends well, in review. An error
 * ends the execution as failed and leaves a record from which it can be replayed.
 */
export function stateMachineDefinition(references: StateMachineReferences) {
  const { partition } = references;
  return {
    Comment: "Classifies one uploaded image",
    TimeoutSeconds: EXECUTION_TIMEOUT_SECONDS,
    StartAt: "SerializeImage",
    States: {
      SerializeImage: lambdaStep(partition, references.serializeFunctionArn, "ClassifyImage"),
      ClassifyImage: lambdaStep(partition, references.classifyFunctionArn, "FilterInference", [
        ERRORS.endpointUnavailable,
      ]),
      FilterInference: lambdaStep(partition, references.filterFunctionArn, "ChooseVerdict"),
      ChooseVerdict: {
        Type: "Choice",
        Choices: [
          {
            Variable: "$.verdict",
            StringEquals: "accepted" satisfies Verdict["verdict"],
            Next: "KeepAccepted",
          },
        ],
        Default: "KeepForReview",
      },
      KeepAccepted: {
        ...putRecord(references, INFERENCE_PREFIXES.accepted, { "Body.$": "$" }),
        Catch: toRecordFailure(),
        End: true,
      },
      KeepForReview: {
        ...putRecord(references, INFERENCE_PREFIXES.review, { "Body.$": "$" }),
        Catch: toRecordFailure(),
        Next: "NotifyReviewers",
      },
      NotifyReviewers: {
        Type: "Task",
        Resource: `arn:${partition}:states:::sns:publish`,
        Parameters: {
          TopicArn: references.reviewTopicArn,
          Subject: "An image needs review",
          "Message.$": "States.JsonToString($)",
        },
        ResultPath: null,
        Retry: [retry(["States.TaskFailed"])],
        Catch: toRecordFailure(),
        End: true,
      },
      ...failureStates(references),
    },
  };
}

/**
 * The workflow while the endpoint is switched off: every execution fails at once, and leaves the
 * record from which it can be replayed when the endpoint is back.
 */
export function disabledDefinition(references: FailureReferences) {
  return {
    Comment: "Keeps uploaded images for later: the endpoint is switched off",
    TimeoutSeconds: EXECUTION_TIMEOUT_SECONDS,
    StartAt: "EndpointDisabled",
    States: {
      EndpointDisabled: {
        Type: "Pass",
        Result: {
          Error: ENDPOINT_DISABLED,
          Cause:
            "The endpoint is switched off. Set `endpoint.enabled` to true in the stack's config, " +
            "update, then replay this record.",
        },
        ResultPath: ERROR_PATH,
        Next: "RecordFailure",
      },
      ...failureStates(references),
    },
  };
}

/** Keeps what is needed to replay the execution, then fails with the error under {@link ERROR_PATH}. */
function failureStates(references: FailureReferences) {
  return {
    RecordFailure: {
      ...putRecord(references, INFERENCE_PREFIXES.failed, {
        Body: {
          "image.$": "$$.Execution.Input",
          "execution.$": "$$.Execution.Id",
          "error.$": `${ERROR_PATH}.Error`,
          "cause.$": `${ERROR_PATH}.Cause`,
        },
      }),
      // Even if the record cannot be written, the execution fails with the error that matters.
      Catch: [{ ErrorEquals: ["States.ALL"], ResultPath: null, Next: "Failed" }],
      Next: "Failed",
    },
    Failed: {
      Type: "Fail",
      ErrorPath: `${ERROR_PATH}.Error`,
      CausePath: `${ERROR_PATH}.Cause`,
    },
  };
}

/** Calls a Lambda function with the state's input; its answer is the state's output. */
function lambdaStep(
  partition: string,
  functionArn: string,
  next: string,
  retryable: readonly string[] = [],
) {
  return {
    Type: "Task",
    Resource: `arn:${partition}:states:::lambda:invoke`,
    Parameters: { FunctionName: functionArn, "Payload.$": "$" },
    OutputPath: "$.Payload",
    TimeoutSeconds: 120,
    Retry: [retry([...TRANSIENT_LAMBDA_ERRORS, ...retryable])],
    Catch: toRecordFailure(),
    Next: next,
  };
}

/** Writes a JSON object under `<prefix><key of the image>.json`, and passes the state's input on. */
function putRecord(
  { partition, bucketName }: FailureReferences,
  prefix: string,
  body: Record<string, unknown>,
) {
  return {
    Type: "Task",
    Resource: `arn:${partition}:states:::aws-sdk:s3:putObject`,
    Parameters: {
      Bucket: bucketName,
      "Key.$": `States.Format('${prefix}{}.json', $$.Execution.Input.key)`,
      ContentType: "application/json",
      ...body,
    },
    ResultPath: null,
    Retry: [retry(["States.TaskFailed"])],
  };
}

/** Bounded, growing and jittered, so that many executions do not come back at the same time. */
function retry(errors: readonly string[]) {
  return {
    ErrorEquals: [...errors],
    IntervalSeconds: 2,
    MaxAttempts: 5,
    BackoffRate: 2,
    MaxDelaySeconds: 60,
    JitterStrategy: "FULL",
  };
}

function toRecordFailure() {
  return [{ ErrorEquals: ["States.ALL"], ResultPath: ERROR_PATH, Next: "RecordFailure" }];
}
