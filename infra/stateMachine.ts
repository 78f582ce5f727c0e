import { ENDPOINT_DISABLED, ERRORS, INFERENCE_PREFIXES, type Verdict } from "../functions/contract";

/** What the definition refers to; `T` is text once everything exists, an Output before. */
export interface StateMachineReferences<T> {
  readonly serializeFunctionArn: T;
  readonly classifyFunctionArn: T;
  readonly filterFunctionArn: T;
  readonly bucketName: T;
  readonly reviewTopicArn: T;
}

/** Longest execution: a few retries of each step, and no more. */
const EXECUTION_TIMEOUT_SECONDS = 600;

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
export function stateMachineDefinition<T>(references: StateMachineReferences<T>) {
  return {
    Comment: "Classifies one uploaded image",
    TimeoutSeconds: EXECUTION_TIMEOUT_SECONDS,
    StartAt: "SerializeImage",
    States: {
      SerializeImage: lambdaStep(references.serializeFunctionArn, "ClassifyImage"),
      ClassifyImage: lambdaStep(references.classifyFunctionArn, "FilterInference", [
        ERRORS.endpointUnavailable,
      ]),
      FilterInference: lambdaStep(references.filterFunctionArn, "ChooseVerdict"),
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
        ...putRecord(references.bucketName, INFERENCE_PREFIXES.accepted, { "Body.$": "$" }),
        Catch: toRecordFailure(),
        End: true,
      },
      KeepForReview: {
        ...putRecord(references.bucketName, INFERENCE_PREFIXES.review, { "Body.$": "$" }),
        Catch: toRecordFailure(),
        Next: "NotifyReviewers",
      },
      NotifyReviewers: {
        Type: "Task",
        Resource: "arn:aws:states:::sns:publish",
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
      ...failureStates(references.bucketName),
    },
  };
}

/**
 * The workflow while the endpoint is switched off: every execution fails at once, and leaves the
 * record from which it can be replayed when the endpoint is back.
 */
export function disabledDefinition<T>({
  bucketName,
}: Pick<StateMachineReferences<T>, "bucketName">) {
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
      ...failureStates(bucketName),
    },
  };
}

/** Keeps what is needed to replay the execution, then fails with the error under {@link ERROR_PATH}. */
function failureStates<T>(bucketName: T) {
  return {
    RecordFailure: {
      ...putRecord(bucketName, INFERENCE_PREFIXES.failed, {
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
function lambdaStep<T>(functionArn: T, next: string, retryable: readonly string[] = []) {
  return {
    Type: "Task",
    Resource: "arn:aws:states:::lambda:invoke",
    Parameters: { FunctionName: functionArn, "Payload.$": "$" },
    OutputPath: "$.Payload",
    TimeoutSeconds: 120,
    Retry: [retry([...TRANSIENT_LAMBDA_ERRORS, ...retryable])],
    Catch: toRecordFailure(),
    Next: next,
  };
}

/** Writes a JSON object under `<prefix><key of the image>.json`, and passes the state's input on. */
function putRecord<T>(bucketName: T, prefix: string, body: Record<string, unknown>) {
  return {
    Type: "Task",
    Resource: "arn:aws:states:::aws-sdk:s3:putObject",
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
