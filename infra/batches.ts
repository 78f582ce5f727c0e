/**
 * Many images by one execution: a short list goes through a map inside of the execution; a prefix,
 * or a manifest in the bucket, through a distributed map, whose children are Express workflows that
 * take a batch each.
 */
import {
  BATCH_FAILED,
  ERRORS,
  IMAGE_PREFIXES,
  INFERENCE_PREFIXES,
  PREFIX_REFUSED,
  type NoVerdict,
} from "../contract/inference";
import type { BucketReferences } from "./states";
import { ITEM_SELECTOR } from "./uploadIntake";

/** How a prefix or a manifest is worked through: see `workflow.batch` in the stack's config. */
export interface BatchSettings {
  readonly size: number;
  readonly concurrency: number;
  readonly toleratedFailurePercentage: number;
}

/** Which of the states below a request for many images begins with. */
export const BATCH_CHOICES = [
  { Variable: "$.images", IsPresent: true, Next: "ClassifyList" },
  ...IMAGE_PREFIXES.map((prefix) => ({
    And: [
      { Variable: "$.prefix", IsPresent: true },
      { Variable: "$.prefix", StringMatches: `${prefix}*` },
    ],
    Next: "ClassifyPrefix",
  })),
  { Variable: "$.prefix", IsPresent: true, Next: "RefusePrefix" },
  { Variable: "$.manifest", IsPresent: true, Next: "ClassifyManifest" },
];

/** Iterations of an inline map that run at once ("Map workflow state", Step Functions guide). */
export const INLINE_CONCURRENCY = 40;

type StateFields = Readonly<Record<string, unknown>>;

interface States {
  readonly StartAt: string;
  readonly States: Readonly<Record<string, StateFields>>;
}

/**
 * The states for many images.
 * @param item what one image goes through, all but `NothingToDo`, `Failed` and `RefuseItem`, in
 *   which it ends if there is no verdict on it
 */
export function batchStates(
  references: BucketReferences,
  settings: BatchSettings,
  item: States,
): Readonly<Record<string, StateFields>> {
  const { bucketName } = references;
  const one = { ...item, States: { ...item.States, ...endsWithoutVerdict() } };
  const distributed = (of: string, source: StateFields) => ({
    Type: "Map",
    Label: of,
    ...source,
    ItemBatcher: { MaxItemsPerBatch: settings.size },
    MaxConcurrency: settings.concurrency,
    ToleratedFailurePercentage: settings.toleratedFailurePercentage,
    ItemProcessor: childProcessor(of, one, settings),
    ResultWriter: {
      Resource: resource(references, "s3:putObject"),
      Parameters: {
        Bucket: bucketName,
        "Prefix.$": `States.Format('${INFERENCE_PREFIXES.results}{}', $$.Execution.Name)`,
      },
    },
    End: true,
  });
  return {
    RefusePrefix: {
      Type: "Fail",
      Error: PREFIX_REFUSED,
      Cause: `Images are under ${IMAGE_PREFIXES.join(" and ")}: begin the prefix with one of these.`,
    },
    ClassifyList: {
      Type: "Map",
      ItemsPath: "$.images",
      MaxConcurrency: INLINE_CONCURRENCY,
      ItemSelector: ITEM_SELECTOR,
      ItemProcessor: { ProcessorConfig: { Mode: "INLINE" }, ...renamed(one, "OfList") },
      End: true,
    },
    ClassifyPrefix: distributed("Prefix", {
      ItemReader: {
        Resource: resource(references, "s3:listObjectsV2"),
        Parameters: { Bucket: bucketName, "Prefix.$": "$.prefix" },
      },
      ItemSelector: {
        bucket: bucketName,
        "key.$": "$$.Map.Item.Value.Key",
        "size.$": "$$.Map.Item.Value.Size",
      },
    }),
    ClassifyManifest: distributed("Manifest", {
      ItemReader: {
        Resource: resource(references, "s3:getObject"),
        ReaderConfig: { InputType: "JSONL" },
        Parameters: { Bucket: bucketName, "Key.$": "$.manifest" },
      },
    }),
  };
}

/**
 * One child execution: all images of a batch. An image that fails leaves its own record, and does
 * not take the others with it. If most of them fail, it is not the images' fault: the child fails,
 * and counts towards what the map tolerates.
 */
function childProcessor(of: string, one: States, { size }: BatchSettings): StateFields {
  const failed = "failed" satisfies NoVerdict["verdict"];
  return {
    ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: "EXPRESS" },
    ...renamed(
      {
        StartAt: "ClassifyBatch",
        States: {
          ClassifyBatch: {
            Type: "Map",
            ItemsPath: "$.Items",
            // All at once: one slow image must not take the others beyond the five minutes that an
            // Express workflow has.
            MaxConcurrency: INLINE_CONCURRENCY,
            ItemSelector: ITEM_SELECTOR,
            ItemProcessor: { ProcessorConfig: { Mode: "INLINE" }, ...one },
            Next: "FindFailures",
          },
          FindFailures: {
            Type: "Pass",
            Parameters: { "results.$": "$", "failed.$": `$[?(@.verdict == '${failed}')]` },
            Next: "ChooseBatch",
          },
          ChooseBatch: {
            Type: "Choice",
            Choices: [
              { Variable: `$.failed[${Math.floor(size / 2)}]`, IsPresent: true, Next: "FailBatch" },
            ],
            Default: "GiveResults",
          },
          GiveResults: { Type: "Pass", OutputPath: "$.results", End: true },
          FailBatch: {
            Type: "Fail",
            Error: BATCH_FAILED,
            Cause: `More than half of the images of a batch failed: see ${INFERENCE_PREFIXES.failed}`,
          },
        },
      },
      `Of${of}`,
    ),
  };
}

/** How an image of many ends on which there is no verdict: not with an error, but saying so. */
function endsWithoutVerdict(): Readonly<Record<string, StateFields>> {
  const end = (verdict: NoVerdict["verdict"], more: object) => ({
    Type: "Pass",
    Parameters: { verdict, "image.$": "$.image", ...more },
    End: true,
  });
  return {
    NothingToDo: end("claimed", {}),
    Failed: end("failed", { "error.$": "$.error.Error" }),
    // It names no image, so there is nothing to record; it must not take the others with it.
    RefuseItem: {
      Type: "Pass",
      Parameters: {
        verdict: "failed" satisfies NoVerdict["verdict"],
        "image.$": "$.item",
        error: ERRORS.invalidEvent,
      },
      End: true,
    },
  };
}

/** The same states under other names, for a name must not appear twice in a state machine. */
function renamed({ StartAt, States }: States, suffix: string): States {
  const rename = (value: unknown, key: string): unknown => {
    if ((key === "Next" || key === "Default" || key === "StartAt") && typeof value === "string") {
      return value + suffix;
    }
    if (Array.isArray(value)) {
      return value.map((each: unknown) => rename(each, ""));
    }
    if (typeof value !== "object" || value === null) {
      return value;
    }
    return Object.fromEntries(
      Object.entries(value).map(([name, each]) => [
        key === "States" ? name + suffix : name,
        rename(each, name),
      ]),
    );
  };
  return rename({ StartAt, States }, "") as States;
}

function resource({ partition }: BucketReferences, action: string): string {
  return `arn:${partition}:states:::${action}`;
}
