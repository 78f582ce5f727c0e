import { ENDPOINT_DISABLED, ERRORS, INFERENCE_PREFIXES } from "../contract/inference";
import { BATCH_CHOICES, batchStates, type BatchSettings } from "./batches";
import {
  chooseConflict,
  ERROR_PATH,
  failed,
  retry,
  S3_TIMEOUT_SECONDS,
  TASK_ERRORS,
  TRANSIENT_LAMBDA_ERRORS,
  TRANSIENT_S3_ERRORS,
  type BucketReferences,
} from "./states";
import { INTAKE_CHOICES, intakeStates, itemIntakeStates } from "./uploadIntake";

/** What the definition refers to. */
export interface StateMachineReferences extends BucketReferences {
  readonly serializeFunctionArn: string;
  readonly classifyFunctionArn: string;
  readonly filterFunctionArn: string;
}

/**
 * Longest execution: a million images at 20 a second take 14 hours. One image is done long before,
 * for every step has a time-out of its own and a limited number of attempts.
 */
export const EXECUTION_TIMEOUT_SECONDS = 7 * 24 * 60 * 60;

/**
 * The classification workflow in Amazon States Language: take in one version of an image, serialize,
 * classify, filter, then keep the verdict where it belongs. A verdict below the threshold ends well,
 * and its record begins a review (`reviewMachine.ts`). An error ends the execution as failed and
 * leaves a record from which it can be replayed. In every state the version is under `image`. A
 * request for many images takes each of them through the same states, in a map.
 */
export function stateMachineDefinition(references: StateMachineReferences, batch: BatchSettings) {
  return {
    Comment: "Classifies uploaded images, one by one or many",
    TimeoutSeconds: EXECUTION_TIMEOUT_SECONDS,
    StartAt: "ReceiveRequest",
    States: {
      ReceiveRequest: {
        Type: "Choice",
        Choices: [...BATCH_CHOICES, ...INTAKE_CHOICES],
        Default: "TakeCurrent",
      },
      ...intakeStates(references, "SerializeImage"),
      ...imageStates(references),
      Failed: failed(),
      ...batchStates(references, batch, {
        StartAt: "ReceiveItem",
        States: {
          ...itemIntakeStates(references, "SerializeImage"),
          ...imageStates(references),
        },
      }),
    },
  };
}

/** From `SerializeImage` to the record of the verdict, or to `Failed` after that of the failure. */
function imageStates(references: StateMachineReferences) {
  const { partition } = references;
  return {
    SerializeImage: {
      ...lambdaStep(
        partition,
        references.serializeFunctionArn,
        "ClassifyImage",
        TRANSIENT_S3_ERRORS,
      ),
      Parameters: {
        FunctionName: references.serializeFunctionArn,
        "Payload.$": "$.image",
      },
    },
    ClassifyImage: lambdaStep(partition, references.classifyFunctionArn, "FilterInference", [
      ERRORS.endpointUnavailable,
    ]),
    FilterInference: lambdaStep(partition, references.filterFunctionArn, "KeepVerdict"),
    KeepVerdict: { ...putVerdict(references, "ChooseKept"), End: true },
    ChooseKept: chooseConflict("ReadVerdict", "RecordFailure"),
    ReadVerdict: { ...getVerdict(references, "NothingToDo"), End: true },
    ...failureStates(references),
  };
}

/**
 * The workflow while the endpoint is switched off: every execution fails at once, and leaves the
 * record from which it can be replayed when the endpoint is back.
 */
export function disabledDefinition(references: BucketReferences) {
  return {
    Comment: "Keeps uploaded images for later: the endpoint is switched off",
    TimeoutSeconds: EXECUTION_TIMEOUT_SECONDS,
    StartAt: "ReceiveRequest",
    States: {
      ReceiveRequest: {
        Type: "Choice",
        Choices: [
          ...BATCH_CHOICES.map((choice) => ({ ...choice, Next: "RefuseBatch" })),
          ...INTAKE_CHOICES,
        ],
        Default: "TakeCurrent",
      },
      ...intakeStates(references, "EndpointDisabled"),
      EndpointDisabled: {
        Type: "Pass",
        Result: {
          Error: ENDPOINT_DISABLED,
          Cause: `${SWITCHED_OFF}, then replay this record.`,
        },
        ResultPath: ERROR_PATH,
        Next: "RecordFailure",
      },
      ...failureStates(references),
      Failed: failed(),
      RefuseBatch: {
        Type: "Fail",
        Error: ENDPOINT_DISABLED,
        Cause: `${SWITCHED_OFF}, then start this execution again.`,
      },
    },
  };
}

const SWITCHED_OFF =
  "The endpoint is switched off. Set `endpoint.enabled` to true in the stack's config, update";

/** Keeps what is needed to replay an image, then goes on to `Failed`. */
function failureStates({ partition, bucketName }: BucketReferences) {
  const put = {
    Type: "Task",
    Resource: `arn:${partition}:states:::aws-sdk:s3:putObject`,
    ResultPath: null,
    TimeoutSeconds: S3_TIMEOUT_SECONDS,
  };
  const record = {
    Bucket: bucketName,
    ContentType: "application/json",
    Body: {
      "image.$": "$.image",
      "execution.$": "$$.Execution.Id",
      "error.$": `${ERROR_PATH}.Error`,
      "cause.$": `${ERROR_PATH}.Cause`,
    },
  };
  return {
    RecordFailure: {
      ...put,
      Parameters: {
        ...record,
        "Key.$":
          `States.Format('${INFERENCE_PREFIXES.failed}{}/{}.json', ` +
          "$.image.key, $.image.versionId)",
      },
      Retry: [{ ...retry(TASK_ERRORS), MaxAttempts: 1 }],
      // The language cannot tell that the image's key is too long to be part of another one.
      Catch: [{ ErrorEquals: ["States.ALL"], ResultPath: null, Next: "RecordFailureByHash" }],
      Next: "Failed",
    },
    RecordFailureByHash: {
      ...put,
      Parameters: {
        ...record,
        "Key.$":
          `States.Format('${INFERENCE_PREFIXES.failed}{}.json', ` +
          "States.Hash(States.Format('{}/{}', $.image.key, $.image.versionId), 'SHA-256'))",
      },
      Retry: [retry(TASK_ERRORS)],
      // Even if the record cannot be written, the execution fails with the error that matters.
      Catch: [{ ErrorEquals: ["States.ALL"], ResultPath: null, Next: "Failed" }],
      Next: "Failed",
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

/**
 * Writes the verdict where the filter says it belongs, unless there is a record of this version
 * already, and passes it on.
 */
function putVerdict({ partition, bucketName }: BucketReferences, onError: string) {
  return {
    Type: "Task",
    Resource: `arn:${partition}:states:::aws-sdk:s3:putObject`,
    Parameters: {
      Bucket: bucketName,
      "Key.$": "$.record",
      ContentType: "application/json",
      IfNoneMatch: "*",
      "Body.$": "$",
    },
    ResultPath: null,
    TimeoutSeconds: S3_TIMEOUT_SECONDS,
    Retry: [retry(TASK_ERRORS)],
    Catch: [{ ErrorEquals: ["States.ALL"], ResultPath: ERROR_PATH, Next: onError }],
  };
}

/**
 * Passes on the verdict that was there before: the first one stands. It may be this execution's own,
 * for a write may succeed and its answer be lost.
 */
function getVerdict({ partition, bucketName }: BucketReferences, onError: string) {
  return {
    Type: "Task",
    Resource: `arn:${partition}:states:::aws-sdk:s3:getObject`,
    Parameters: { Bucket: bucketName, "Key.$": "$.record" },
    ResultSelector: { "verdict.$": "States.StringToJson($.Body)" },
    OutputPath: "$.verdict",
    TimeoutSeconds: S3_TIMEOUT_SECONDS,
    Retry: [retry(TASK_ERRORS)],
    Catch: [{ ErrorEquals: ["States.ALL"], ResultPath: ERROR_PATH, Next: onError }],
  };
}

function toRecordFailure() {
  return [{ ErrorEquals: ["States.ALL"], ResultPath: ERROR_PATH, Next: "RecordFailure" }];
}
