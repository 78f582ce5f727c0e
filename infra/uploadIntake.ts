/** How an image is taken in: by the event of its upload, or named by somebody. */
import { INFERENCE_PREFIXES, MANIFEST_END } from "../contract/inference";
import { chooseConflict, ERROR_PATH, S3_TIMEOUT_SECONDS, type BucketReferences } from "./states";

/**
 * S3 and EventBridge deliver every event at least once. Whoever writes the claim of a version first
 * has it; that relies on S3's conditional writes, of which just one succeeds ("Conditional writes",
 * Amazon S3 User Guide). The claim says whose it is, for a write may succeed and its answer be lost.
 */
const CLAIM_KEY =
  `States.Format('${INFERENCE_PREFIXES.claims}{}.json', ` +
  "States.Hash(States.Format('{}/{}', $.image.versionId, $.image.key), 'SHA-256'))";

/**
 * The states from the start of an execution to `next`, whose input has the image under `image`.
 * Without a version (`versionId` is null) its current one is meant, and nothing is claimed: a
 * person who names an image wants it classified.
 */
export function intakeStates(references: BucketReferences, next: string) {
  return {
    TakeUpload: {
      Type: "Pass",
      Parameters: {
        image: {
          "bucket.$": "$.detail.bucket.name",
          "key.$": "$.detail.object.key",
          "versionId.$": "$.detail.object['version-id']",
        },
      },
      Next: "ClaimImage",
    },
    ...claimStates(references, next, BY_EXECUTION),
    // Another execution has this version, or it is no upload.
    NothingToDo: { Type: "Succeed" },
    TakeVersion: { ...takeVersion, Next: next },
    TakeCurrent: { ...takeCurrent, Next: next },
  };
}

/** By what the owner of a claim is known: what is written into it, and asked of it. */
interface Ownership {
  readonly claim: Readonly<Record<string, string>>;
  readonly conditions: readonly Readonly<Record<string, unknown>>[];
}

const BY_EXECUTION: Ownership = {
  claim: { "execution.$": "$$.Execution.Id" },
  conditions: [{ Variable: "$.claim.content.execution", StringEqualsPath: "$$.Execution.Id" }],
};

/** A list may name an image twice: of one execution, just one item has the claim. */
const BY_ITEM: Ownership = {
  claim: { ...BY_EXECUTION.claim, "item.$": "$.index" },
  conditions: [
    ...BY_EXECUTION.conditions,
    { Variable: "$.claim.content.item", IsPresent: true },
    { Variable: "$.claim.content.item", NumericEqualsPath: "$.index" },
  ],
};

const takeVersion = {
  Type: "Pass",
  Parameters: {
    image: { "bucket.$": "$.bucket", "key.$": "$.key", "versionId.$": "$.versionId" },
  },
};

const takeCurrent = {
  Type: "Pass",
  Parameters: { image: { "bucket.$": "$.bucket", "key.$": "$.key", versionId: null } },
};

/** Which of the states above an input begins with. */
export const INTAKE_CHOICES = [
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
];

/** What the states of one image of many are given of it. */
export const ITEM_SELECTOR = { "item.$": "$$.Map.Item.Value", "index.$": "$$.Map.Item.Index" };

/**
 * The states of one image of many, to `next`: its version is looked up where none is named, and is
 * claimed as that of an upload is, so that no batch classifies twice what an upload or another
 * batch has. The first is `ReceiveItem`.
 */
export function itemIntakeStates(references: BucketReferences, next: string) {
  const { partition } = references;
  const image = [...isText("$.item.bucket"), ...isText("$.item.key")];
  return {
    ReceiveItem: {
      Type: "Choice",
      Choices: [
        // Of a prefix: a folder made in the console is an empty object that ends in a slash.
        {
          And: [
            ...image,
            { Variable: "$.item.size", IsPresent: true },
            { Variable: "$.item.size", NumericLessThan: 1 },
            { Variable: "$.item.key", StringMatches: "*/" },
          ],
          Next: "NoImage",
        },
        {
          And: [
            ...image,
            { Variable: "$.item.size", IsPresent: true },
            { Variable: "$.item.key", StringMatches: `*${MANIFEST_END}` },
          ],
          Next: "NoImage",
        },
        { And: [...image, ...isText("$.item.versionId")], Next: "TakeVersion" },
        {
          And: [...image, { Variable: "$.item.versionId", IsPresent: false }],
          Next: "TakeCurrent",
        },
      ],
      Default: "RefuseItem",
    },
    NoImage: { ...takeItem(null), Next: "NothingToDo" },
    TakeVersion: { ...takeItem("$.item.versionId"), Next: "ClaimImage" },
    TakeCurrent: { ...takeItem(null), Next: "FindVersion" },
    FindVersion: {
      Type: "Task",
      Resource: `arn:${partition}:states:::aws-sdk:s3:headObject`,
      Parameters: { "Bucket.$": "$.image.bucket", "Key.$": "$.image.key" },
      ResultSelector: { "versionId.$": "$.VersionId" },
      ResultPath: "$.found",
      TimeoutSeconds: S3_TIMEOUT_SECONDS,
      // Throttling has no name of its own. A refusal is tried again, too, and does not change.
      Retry: [networkRetry(["S3.S3Exception"])],
      Catch: [{ ErrorEquals: ["States.ALL"], ResultPath: ERROR_PATH, Next: "RecordFailure" }],
      Next: "TakeFound",
    },
    TakeFound: { ...takeItem("$.found.versionId"), Next: "ClaimImage" },
    ...claimStates(references, next, BY_ITEM),
  };
}

/** @param version path to it; null means the current one */
function takeItem(version: string | null) {
  return {
    Type: "Pass",
    Parameters: {
      image: {
        "bucket.$": "$.item.bucket",
        "key.$": "$.item.key",
        ...(version === null ? { versionId: null } : { "versionId.$": version }),
      },
      "item.$": "$.item",
      "index.$": "$.index",
    },
  };
}

/** A condition on what need not be there at all. */
function isText(variable: string) {
  return [
    { Variable: variable, IsPresent: true },
    { Variable: variable, IsString: true },
  ];
}

/** Claims the version under `image`; goes on to `next` with it, or to `NothingToDo`. */
function claimStates(
  { partition, bucketName }: BucketReferences,
  next: string,
  { claim, conditions }: Ownership,
) {
  const s3 = (action: string) => `arn:${partition}:states:::aws-sdk:s3:${action}`;
  return {
    ClaimImage: {
      Type: "Task",
      Resource: s3("putObject"),
      Parameters: {
        Bucket: bucketName,
        "Key.$": CLAIM_KEY,
        ContentType: "application/json",
        IfNoneMatch: "*",
        Body: claim,
      },
      ResultPath: null,
      TimeoutSeconds: S3_TIMEOUT_SECONDS,
      Retry: [networkRetry()],
      Catch: [{ ErrorEquals: ["States.ALL"], ResultPath: ERROR_PATH, Next: "ChooseClaim" }],
      Next: next,
    },
    // A claim that could not be made holds nothing up: records are written once, too.
    ChooseClaim: chooseConflict("ReadClaim", next),
    ReadClaim: {
      Type: "Task",
      Resource: s3("getObject"),
      Parameters: { Bucket: bucketName, "Key.$": CLAIM_KEY },
      ResultSelector: { "content.$": "States.StringToJson($.Body)" },
      ResultPath: "$.claim",
      TimeoutSeconds: S3_TIMEOUT_SECONDS,
      Retry: [networkRetry()],
      Catch: [{ ErrorEquals: ["States.ALL"], ResultPath: ERROR_PATH, Next: next }],
      Next: "ChooseOwner",
    },
    ChooseOwner: {
      Type: "Choice",
      Choices: [{ And: conditions, Next: next }],
      Default: "NothingToDo",
    },
  };
}

/**
 * Trouble on the way to S3, before it could refuse anything. The refusal of a claim is not tried
 * again: that somebody else has the version does not change.
 * @param others errors that are tried again alike
 */
function networkRetry(others: readonly string[] = []) {
  return {
    ErrorEquals: ["S3.SdkClientException", "States.Timeout", ...others],
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
