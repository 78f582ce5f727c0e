import { INFERENCE_PREFIXES, REVIEW_CLAIMED } from "../contract/inference";
import { OBSERVABILITY } from "../contract/monitoring";
import {
  chooseConflict,
  ERROR_PATH,
  failed,
  retry,
  S3_TIMEOUT_SECONDS,
  TASK_ERRORS,
  TRANSIENT_LAMBDA_ERRORS,
  type BucketReferences,
} from "./states";

/** What the definition refers to. */
export interface ReviewReferences extends BucketReferences {
  readonly prepareFunctionArn: string;
  readonly topicArn: string;
  /** How long a reviewer has, in hours. */
  readonly timeoutHours: number;
}

/** Until what cannot go on is tried again. */
export const TRY_AGAIN_SECONDS = 3600;

/**
 * The metric that counts what goes wrong without an end of its own: nobody is told of a review, or
 * one cannot go on for now. It is the machine's, by the name that Step Functions' own metrics have.
 */
export const REVIEW_TROUBLES = {
  namespace: OBSERVABILITY.namespace,
  metricName: "ReviewTroubles",
  dimension: "StateMachineArn",
} as const;

/**
 * The review of one doubtful verdict in Amazon States Language, begun by the event of its record
 * under `review/`. The function claims it, so that an event which is delivered again ends at once.
 * Then somebody is told, and the task waits under `waiting/` until its token comes back or time is
 * up. Whoever writes the answer first has decided: a reviewer, or at the time-out the machine itself.
 *
 * Before the claim a failure ends the execution, and another one may begin the review. After it
 * nobody else would: what fails then is tried again every hour. No execution fails so, so each time
 * is counted, and an alarm tells.
 */
export function reviewDefinition(references: ReviewReferences) {
  const { partition, bucketName, prepareFunctionArn, topicArn, timeoutHours } = references;
  const s3 = (action: string) => `arn:${partition}:states:::aws-sdk:s3:${action}`;
  const put = (key: string, body: object) => ({
    Type: "Task",
    Resource: s3("putObject"),
    Parameters: {
      Bucket: bucketName,
      "Key.$": key,
      ContentType: "application/json",
      IfNoneMatch: "*",
      ...body,
    },
    ResultPath: null,
    TimeoutSeconds: S3_TIMEOUT_SECONDS,
    // A refusal is among these, and does not change.
    Retry: [{ ...retry(TASK_ERRORS), MaxAttempts: 2 }],
  });
  const onError = (next: string) => [
    { ErrorEquals: ["States.ALL"], ResultPath: ERROR_PATH, Next: next },
  ];
  const countTrouble = (next: string) => ({
    Type: "Task",
    Resource: `arn:${partition}:states:::aws-sdk:cloudwatch:putMetricData`,
    Parameters: {
      Namespace: REVIEW_TROUBLES.namespace,
      MetricData: [
        {
          MetricName: REVIEW_TROUBLES.metricName,
          Dimensions: [{ Name: REVIEW_TROUBLES.dimension, "Value.$": "$$.StateMachine.Id" }],
          Value: 1,
          Unit: "Count",
        },
      ],
    },
    ResultPath: null,
    TimeoutSeconds: 60,
    Retry: [retry(TASK_ERRORS)],
    // What is not counted goes on all the same.
    Catch: [{ ErrorEquals: ["States.ALL"], ResultPath: null, Next: next }],
    Next: next,
  });
  return {
    Comment: "Has a person decide about one doubtful image",
    StartAt: "PrepareReview",
    States: {
      PrepareReview: {
        Type: "Task",
        Resource: `arn:${partition}:states:::lambda:invoke`,
        Parameters: {
          FunctionName: prepareFunctionArn,
          Payload: {
            "record.$": "$.detail.object.key",
            "execution.$": "$$.Execution.Id",
            "startedAt.$": "$$.Execution.StartTime",
            timeoutHours,
          },
        },
        OutputPath: "$.Payload",
        TimeoutSeconds: 60,
        // The function may die at any point, and what it calls fail: it may ask for its claim again.
        Retry: [
          { ErrorEquals: [REVIEW_CLAIMED], MaxAttempts: 0 },
          retry([...TRANSIENT_LAMBDA_ERRORS, ...TASK_ERRORS]),
        ],
        Catch: [
          { ErrorEquals: [REVIEW_CLAIMED], ResultPath: ERROR_PATH, Next: "NothingToDo" },
          ...onError("Failed"),
        ],
        Next: "NotifyReviewers",
      },
      NotifyReviewers: {
        Type: "Task",
        Resource: `arn:${partition}:states:::sns:publish`,
        Parameters: {
          TopicArn: topicArn,
          Subject: "An image needs review",
          "Message.$": "$.message",
        },
        ResultPath: null,
        TimeoutSeconds: 60,
        Retry: [retry(TASK_ERRORS)],
        // Who is not told finds it all the same: it waits in the list of the others.
        Catch: [{ ErrorEquals: ["States.ALL"], ResultPath: null, Next: "CountUntold" }],
        Next: "WaitForReviewer",
      },
      CountUntold: countTrouble("WaitForReviewer"),
      WaitForReviewer: {
        Type: "Task",
        Resource: `${s3("putObject")}.waitForTaskToken`,
        Parameters: {
          Bucket: bucketName,
          "Key.$": "$.keys.waiting",
          ContentType: "application/json",
          Body: { "taskToken.$": "$$.Task.Token", "review.$": "$" },
        },
        TimeoutSeconds: timeoutHours * 3600,
        ResultPath: null,
        // Of S3's troubles alone: a time-out is an end, and so is a reviewer's failure.
        Retry: [retry(["S3.SdkClientException", "S3.S3Exception"])],
        Catch: onError("CloseReview"),
        Next: "ReadAnswer",
      },
      CloseReview: {
        ...put("$.keys.answer", {
          Body: {
            "image.$": "$.verdict.image",
            decision: "undecided",
            verdict: {
              "inferenceId.$": "$.verdict.inferenceId",
              "label.$": "$.verdict.label",
              "confidence.$": "$.verdict.confidence",
            },
          },
        }),
        Catch: onError("ChooseAnswered"),
        Next: "ReadAnswer",
      },
      // Somebody has answered in the last moment.
      ChooseAnswered: chooseConflict("ReadAnswer", "CountTrouble"),
      ReadAnswer: {
        Type: "Task",
        Resource: s3("getObject"),
        Parameters: { Bucket: bucketName, "Key.$": "$.keys.answer" },
        ResultSelector: { "content.$": "States.StringToJson($.Body)" },
        ResultPath: "$.answer",
        TimeoutSeconds: S3_TIMEOUT_SECONDS,
        Retry: [retry(TASK_ERRORS)],
        Catch: onError("CountTrouble"),
        Next: "ChooseEnd",
      },
      ChooseEnd: {
        Type: "Choice",
        Choices: [
          {
            Variable: "$.answer.content.decision",
            StringEquals: "undecided",
            Next: "KeepUndecided",
          },
        ],
        Default: "KeepLabel",
      },
      KeepLabel: {
        ...put("$.keys.label", { "Body.$": "$.answer.content" }),
        Catch: onError("ChooseKept"),
        Next: "StopWaiting",
      },
      KeepUndecided: {
        ...put("$.keys.undecided", { "Body.$": "$.answer.content" }),
        Catch: onError("ChooseKept"),
        Next: "StopWaiting",
      },
      ChooseKept: chooseConflict("StopWaiting", "CountTrouble"),
      StopWaiting: {
        Type: "Task",
        Resource: s3("deleteObject"),
        Parameters: { Bucket: bucketName, "Key.$": "$.keys.waiting" },
        ResultPath: null,
        TimeoutSeconds: S3_TIMEOUT_SECONDS,
        Retry: [retry(TASK_ERRORS)],
        // Whoever lists what waits passes over what is answered.
        Catch: [{ ErrorEquals: ["States.ALL"], ResultPath: null, Next: "NothingToDo" }],
        Next: "NothingToDo",
      },
      CountTrouble: countTrouble("TryAgainLater"),
      // An answer that is there is not overwritten, and leads to its end.
      TryAgainLater: { Type: "Wait", Seconds: TRY_AGAIN_SECONDS, Next: "CloseReview" },
      NothingToDo: { Type: "Succeed" },
      Failed: failed(),
    },
  };
}

/** The event of a doubtful verdict's record. */
export function reviewPattern(bucketName: string) {
  return {
    source: ["aws.s3"],
    "detail-type": ["Object Created"],
    detail: {
      bucket: { name: [bucketName] },
      object: { key: [{ prefix: INFERENCE_PREFIXES.review }] },
    },
  };
}
