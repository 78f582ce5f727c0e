import * as pulumi from "@pulumi/pulumi";
import { DATASET_KEYS, SPLITS, type DatasetSummary } from "../contract/dataset";
import { INFERENCE_PREFIXES } from "../contract/inference";
import { formatNumber } from "../contract/values";
import { recipeDigest } from "../etl/recipe";
import type { WorkflowConfig } from "./config";
import type { DataKey } from "./dataKey";
import { NodeCommand } from "./nodeCommand";
import { PrivateBucket } from "./privateBucket";

export interface DatasetArgs {
  /** What the dataset is made from; decides what is made, so it is plain data. */
  readonly recipe: WorkflowConfig["dataset"];
  /** Has the reviewers' answers and their pictures, if the recipe asks for any. */
  readonly inference: Pick<PrivateBucket, "name">;
  /** Encrypts the bucket. */
  readonly key: DataKey;
  /** Refuse to delete the bucket while there are objects in it; otherwise they go with it. */
  readonly keepObjects: boolean;
}

/**
 * The dataset bucket, filled by the ETL: images and list per split, and the manifest that tells
 * a complete dataset. The ETL runs when the recipe changes, or where it
 * runs from; what is there already it does not send again.
 */
export class Dataset extends pulumi.ComponentResource {
  readonly bucketName: pulumi.Output<string>;
  readonly bucketArn: pulumi.Output<string>;
  readonly key: DataKey;
  /** Decides which channels a training job has. */
  readonly format: WorkflowConfig["dataset"]["format"];
  /** What is in the bucket; known once the ETL is done. */
  readonly summary: pulumi.Output<DatasetSummary>;

  constructor(name: string, args: DatasetArgs, opts?: pulumi.ComponentResourceOptions) {
    super("ml-workflow-aws:infra:Dataset", name, {}, opts);

    const bucket = new PrivateBucket(
      name,
      { key: args.key, keepObjects: args.keepObjects, expirationDays: {} },
      { parent: this },
    );
    const etl = new NodeCommand(
      `${name}-etl`,
      {
        script: "etl/cli.ts",
        arguments: etlArguments(args, bucket.name),
        triggers: [recipeDigest(args.recipe), bucket.name],
      },
      { parent: this },
    );

    this.bucketName = bucket.name;
    this.bucketArn = bucket.arn;
    this.key = args.key;
    this.format = args.recipe.format;
    this.summary = etl.stdout.apply(parseSummary);
    this.registerOutputs({
      bucketName: this.bucketName,
      bucketArn: this.bucketArn,
      summary: this.summary,
    });
  }

  /** `s3://` URI of one of the keys or prefixes in {@link DATASET_KEYS}. */
  uri(key: keyof typeof DATASET_KEYS): pulumi.Output<string> {
    return pulumi.interpolate`s3://${this.bucketName}/${DATASET_KEYS[key]}`;
  }
}

function etlArguments(
  { recipe, inference }: DatasetArgs,
  bucket: pulumi.Input<string>,
): readonly pulumi.Input<string>[] {
  return [
    "run",
    "--json",
    "--classes",
    recipe.classes.join(","),
    "--validation-fraction",
    formatNumber(recipe.validationFraction),
    "--format",
    recipe.format,
    ...(recipe.archive === undefined ? [] : ["--archive", recipe.archive]),
    ...(recipe.archiveMd5 === undefined ? [] : ["--md5", recipe.archiveMd5]),
    ...(recipe.labelsUntil === undefined
      ? []
      : [
          "--labels",
          pulumi.interpolate`s3://${inference.name}/${INFERENCE_PREFIXES.labels}`,
          "--labels-until",
          recipe.labelsUntil,
        ]),
    // What earlier recipes left under a prefix would be in the channels too.
    "--prune",
    "--bucket",
    bucket,
  ];
}

/** Reads what the ETL printed. Throws when it is no summary, for then nothing can be built on it. */
export function parseSummary(stdout: string): DatasetSummary {
  const summary = JSON.parse(stdout) as DatasetSummary;
  for (const split of SPLITS) {
    if (!(summary.counts[split] > 0)) {
      throw new pulumi.RunError(
        `The ETL left no ${split} images in the dataset: ${JSON.stringify(summary.counts)}`,
      );
    }
  }
  return summary;
}
