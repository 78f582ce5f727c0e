/** How an execution begins: with the event of an upload, or with an image that somebody names. */
import { INFERENCE_PREFIXES } from "../contract/inference";

/** What the first states refer to. */
export interface IntakeReferences {
  /** Of the account: `aws`, `aws-cn` or `aws-us-gov`. */
  readonly partition: string;
  readonly bucketName: string;
}

/**
 * S3 and EventBridge deliver every event at least once. Whoever writes the claim of a version first
 * has it; that relies on S3's conditional writes, of which just one succeeds ("Conditional writes",
 * Amazon S3 User Guide). The claim says whose it is, for a write may succeed and its answer be lost.
 */
const CLAIM_KEY =
  `States.Format('${INFERENCE_PREFIXES.claims}{}.json', ` +
  "States.Hash(States.Format('{}/{}', $.image.versionId, $.image.key), 'SHA-256'))";

/**
 * How Step Functions words a refusal of S3's that has no name of its own. The condition of a write
 * that does not hold is such a one.
 */
export const PRECONDITION_FAILED = "*Status Code: 412*";

/**
 * The states from the start of an execution to `next`, whose input has the image under `image`.
 * Without a version (`versionId` is null) its current one is meant, and nothing is claimed: a
 * person who names an image wants it classified.
 */
export function intakeStates({ partition, bucketName }: IntakeReferences, next: string) {
  const s3 = (action: string) => `arn:${partition}:states:::aws-sdk:s3:${action}`;
  return {
    ReceiveImage: {
      Type: "Choice",
      Choices: [
        {
          And: [
            { Variable: "$.detail.object.key", IsPresent: true },
            { Variable: "$.detail.object.key", StringMatches: `${INFERENCE_PREFIXES.incoming}*` },
          ],
          Next: "TakeUpload",
        },
        // An empty file is an event wherever it lies: see the rule.
        { Variable: "$.detail.object.key", IsPresent: true, Next: "NothingToDo" },
        { Variable: "$.versionId", IsPresent: true, Next: "TakeVersion" },
      ],
      Default: "TakeCurrent",
    },
    TakeUpload: {
      Type: "Pass",
      Parameters: {
        image: {
          "bucket.$": "$.detail.bucket.name",
          "key.$": "$.detail.object.key",
          "versionId.$": "$.detail.object['version-id']",
        },
      },
      Next: "ClaimUpload",
    },
    ClaimUpload: {
      Type: "Task",
      Resource: s3("putObject"),
      Parameters: {
        Bucket: bucketName,
        "Key.$": CLAIM_KEY,
        ContentType: "application/json",
        IfNoneMatch: "*",
        Body: { "execution.$": "$$.Execution.Id" },
      },
      ResultPath: null,
      Retry: [networkRetry()],
      Catch: [{ ErrorEquals: ["States.ALL"], ResultPath: "$.error", Next: "ChooseClaim" }],
      Next: next,
    },
    ChooseClaim: {
      Type: "Choice",
      Choices: [
        { Variable: "$.error.Cause", StringMatches: PRECONDITION_FAILED, Next: "ReadClaim" },
      ],
      // A claim that could not be made holds nothing up: records are written once, too.
      Default: next,
    },
    ReadClaim: {
      Type: "Task",
      Resource: s3("getObject"),
      Parameters: { Bucket: bucketName, "Key.$": CLAIM_KEY },
      ResultSelector: { "content.$": "States.StringToJson($.Body)" },
      ResultPath: "$.claim",
      Retry: [networkRetry()],
      Catch: [{ ErrorEquals: ["States.ALL"], ResultPath: "$.error", Next: next }],
      Next: "ChooseOwner",
    },
    ChooseOwner: {
      Type: "Choice",
      Choices: [
        {
          Variable: "$.claim.content.execution",
          StringEqualsPath: "$$.Execution.Id",
          Next: next,
        },
      ],
      Default: "NothingToDo",
    },
    // Another execution has this version, or it is no upload.
    NothingToDo: { Type: "Succeed" },
    TakeVersion: {
      Type: "Pass",
      Parameters: {
        image: { "bucket.$": "$.bucket", "key.$": "$.key", "versionId.$": "$.versionId" },
      },
      Next: next,
    },
    TakeCurrent: {
      Type: "Pass",
      Parameters: { image: { "bucket.$": "$.bucket", "key.$": "$.key", versionId: null } },
      Next: next,
    },
  };
}

/**
 * Trouble on the way to S3, before it could refuse anything. A refusal is not tried again: that
 * somebody else has the version does not change.
 */
function networkRetry() {
  return {
    ErrorEquals: ["S3.SdkClientException"],
    IntervalSeconds: 1,
    MaxAttempts: 3,
    BackoffRate: 2,
    JitterStrategy: "FULL",
  };
}

/** The event of an upload that is to be classified: every image, but no folder of the console's. */
export function uploadPattern(bucketName: string) {
  return {
    source: ["aws.s3"],
    "detail-type": ["Object Created"],
    detail: {
      bucket: { name: [bucketName] },
      $or: [
        {
          object: { key: [{ prefix: INFERENCE_PREFIXES.incoming }], size: [{ numeric: [">", 0] }] },
        },
        // A folder made in the console is an empty object that ends in a slash. A pattern cannot ask
        // two things of one key: that it is under the prefix is asked by the state machine.
        { object: { key: [{ "anything-but": { suffix: "/" } }], size: [0] } },
      ],
    },
  };
}
