/**
 * What is to be known of SageMaker's built-in image-classification algorithm. Another algorithm is
 * another such file: training, hosting and workflow take from here all that depends on it.
 */
import * as pulumi from "@pulumi/pulumi";
import { DATASET_KEYS, type DatasetSummary, type ImageShape } from "../contract/dataset";
import { IMAGE_SHAPE } from "../etl/recipe";
import { arnOf, partition, region } from "./account";
import type { WorkflowConfig } from "./config";
import type { Dataset } from "./dataset";
import type { Statement } from "./serviceRole";

/** Repository of the container image, the same for training and for hosting. */
export const REPOSITORY = "image-classification";

/** One input of a training job. */
export interface Channel {
  readonly name: string;
  readonly contentType: string;
  /** Where in the dataset's bucket it is. */
  readonly key: keyof typeof DATASET_KEYS;
}

/** The formats of a dataset that the algorithm is trained with. */
type TrainingFormat = WorkflowConfig["dataset"]["format"];

/**
 * The channels of the algorithm ("Input/Output Interface for the Image Classification Algorithm",
 * SageMaker Developer Guide): images and their lists, all four declared as images, or records,
 * which carry the labels themselves.
 */
export function trainingChannels(format: TrainingFormat): readonly Channel[] {
  switch (format) {
    case "image": {
      const contentType = "application/x-image";
      return [
        { name: "train", contentType, key: "train" },
        { name: "validation", contentType, key: "validation" },
        { name: "train_lst", contentType, key: "trainList" },
        { name: "validation_lst", contentType, key: "validationList" },
      ];
    }
    case "recordio": {
      const contentType = "application/x-recordio";
      return [
        { name: "train", contentType, key: "trainRecords" },
        { name: "validation", contentType, key: "validationRecords" },
      ];
    }
  }
}

/**
 * The algorithm's hyperparameters, all as text ("Image Classification Hyperparameters", SageMaker
 * Developer Guide). Those that the algorithm cannot guess follow from the dataset.
 */
export function hyperParameters(
  summary: DatasetSummary,
  settings: WorkflowConfig["training"],
): Record<string, string> {
  const { train, validation } = summary.counts;
  return {
    image_shape: modelShape().join(","),
    num_classes: String(summary.classes.length),
    num_training_samples: String(train),
    mini_batch_size: String(miniBatchSize(train, validation, settings.batchSize)),
    num_layers: String(settings.layers),
    epochs: String(settings.epochs),
    optimizer: settings.optimizer,
    learning_rate: String(settings.learningRate),
    weight_decay: String(settings.weightDecay),
    ...(settings.augmentation === "none" ? {} : { augmentation_type: settings.augmentation }),
    ...(settings.instanceCount > 1 ? { kv_store: "dist_sync" } : {}),
  };
}

/** Size of the image that the model takes. */
export function modelShape(): ImageShape {
  return IMAGE_SHAPE;
}

/**
 * The algorithm drops the samples that do not fill a batch, in training and in validation. Of the
 * sizes within a factor of two of the wanted one, takes the one that drops the fewest; of equals,
 * the one nearest to the wanted.
 */
export function miniBatchSize(train: number, validation: number, wanted: number): number {
  const most = Math.min(wanted * 2, train, validation);
  const least = Math.min(Math.ceil(wanted / 2), most);
  const dropped = (size: number) => (train % size) + (validation % size);
  const sizes = Array.from({ length: most - least + 1 }, (_, index) => least + index);
  return sizes.reduce((best, size) => {
    const difference = dropped(size) - dropped(best);
    const nearer = Math.abs(size - wanted) < Math.abs(best - wanted);
    return difference < 0 || (difference === 0 && nearer) ? size : best;
  });
}

/** What the training container's role may do ("SageMaker Roles: CreateTrainingJob"). */
export function trainingStatements(
  dataset: Dataset,
  channels: readonly Channel[],
): readonly Statement[] {
  return [
    { actions: ["s3:ListBucket"], resources: [dataset.bucketArn] },
    {
      actions: ["s3:GetObject"],
      resources: channels.map(({ key }) => objects(dataset, key)),
    },
    { actions: ["s3:PutObject"], resources: [objects(dataset, "models")] },
    dataset.key.read(),
    dataset.key.writeBySageMaker(),
    ...containerStatements("/aws/sagemaker/TrainingJobs"),
  ];
}

/** ARN of an object of the dataset, or of all objects of a prefix. */
function objects(dataset: Dataset, key: keyof typeof DATASET_KEYS): pulumi.Output<string> {
  const path = DATASET_KEYS[key];
  return pulumi.interpolate`${dataset.bucketArn}/${path}${path.endsWith("/") ? "*" : ""}`;
}

/** What every SageMaker container needs: its image, its logs, its metrics. */
export function containerStatements(logGroup: string): readonly Statement[] {
  return [
    {
      actions: [
        "logs:CreateLogGroup",
        "logs:CreateLogStream",
        "logs:DescribeLogStreams",
        "logs:PutLogEvents",
      ],
      resources: [arnOf("logs", `log-group:${logGroup}*`)],
    },
    {
      // The image is in an account of AWS's that differs by region.
      actions: [
        "ecr:BatchCheckLayerAvailability",
        "ecr:BatchGetImage",
        "ecr:GetDownloadUrlForLayer",
      ],
      resources: [
        pulumi.interpolate`arn:${partition()}:ecr:${region()}:*:repository/${REPOSITORY}`,
      ],
    },
    // Neither action knows resources: "*" is the only value IAM accepts for them.
    { actions: ["ecr:GetAuthorizationToken"], resources: ["*"] },
    {
      actions: ["cloudwatch:PutMetricData"],
      resources: ["*"],
      conditions: { StringLike: { "cloudwatch:namespace": "/aws/sagemaker/*" } },
    },
  ];
}
