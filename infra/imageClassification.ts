/**
 * What is to be known of SageMaker's built-in image-classification algorithm. Another algorithm is
 * another such file: training, hosting and workflow take from here all that depends on it.
 */
import * as pulumi from "@pulumi/pulumi";
import { DATASET_KEYS, type DatasetSummary, type ImageShape } from "../contract/dataset";
import { formatNumber } from "../contract/values";
import { IMAGE_SHAPE } from "../etl/recipe";
import { arnOf, partition, region } from "./account";
import type { WorkflowConfig } from "./config";
import type { Dataset } from "./dataset";
import { takesVolumeKey } from "./instanceStorage";
import { hasMomentum } from "./trainingConfig";
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

type Training = WorkflowConfig["training"];

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
  settings: Training,
): Record<string, string> {
  const { train, validation } = summary.counts;
  const shape = modelShape(settings);
  const [, height, width] = summary.imageShape;
  if (settings.imageSize > Math.min(height, width)) {
    throw new pulumi.RunError(
      `training.imageSize is ${settings.imageSize}, the dataset's images have ${height} x ${width} ` +
        `pixels: set it to at most the smaller of these`,
    );
  }
  const steps = learningRateSteps(settings);
  const { earlyStopping, checkpointFrequency } = settings;
  return {
    image_shape: shape.join(","),
    num_classes: String(summary.classes.length),
    num_training_samples: String(train),
    mini_batch_size: String(miniBatchSize(train, validation, settings.batchSize)),
    num_layers: String(settings.layers),
    epochs: String(settings.epochs),
    optimizer: settings.optimizer,
    learning_rate: formatNumber(settings.learningRate),
    ...(steps.length === 0
      ? {}
      : {
          lr_scheduler_step: steps.join(","),
          lr_scheduler_factor: formatNumber(settings.learningRateFactor),
        }),
    ...(hasMomentum(settings.optimizer)
      ? {
          momentum: formatNumber(settings.momentum ?? 0.9),
          weight_decay: formatNumber(settings.weightDecay ?? 0.0001),
        }
      : {}),
    ...(earlyStopping === undefined
      ? {}
      : {
          early_stopping: "True",
          early_stopping_min_epochs: String(earlyStopping.minEpochs),
          early_stopping_patience: String(earlyStopping.patience),
          early_stopping_tolerance: formatNumber(earlyStopping.tolerance),
        }),
    ...(checkpointFrequency === undefined
      ? {}
      : { checkpoint_frequency: String(checkpointFrequency) }),
    ...(settings.augmentation === "none" ? {} : { augmentation_type: settings.augmentation }),
    ...(settings.instanceCount > 1 ? { kv_store: "dist_sync" } : {}),
  };
}

/** Size of the image that the model takes. */
export function modelShape({ imageSize }: Training): ImageShape {
  return [IMAGE_SHAPE[0], imageSize, imageSize];
}

/** The epochs of the schedule: those given, or two thirds and 13/15 of all (20 and 26 of 30). */
function learningRateSteps({ learningRateSteps: given, epochs }: Training): readonly number[] {
  const usual = [Math.round((epochs * 2) / 3), Math.round((epochs * 13) / 15)];
  return given ?? [...new Set(usual)].filter((step) => step >= 1 && step < epochs);
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
  { spot, instanceType }: Pick<Training, "spot" | "instanceType">,
): readonly Statement[] {
  return [
    { actions: ["s3:ListBucket"], resources: [dataset.bucketArn] },
    {
      actions: ["s3:GetObject"],
      resources: channels.map(({ key }) => objects(dataset, key)),
    },
    { actions: ["s3:PutObject"], resources: [objects(dataset, "models")] },
    ...(spot
      ? [
          {
            actions: ["s3:GetObject", "s3:PutObject"],
            resources: [objects(dataset, "checkpoints")],
          },
        ]
      : []),
    dataset.key.read(),
    dataset.key.writeBySageMaker(),
    ...(takesVolumeKey(instanceType) ? [dataset.key.grantToServices()] : []),
    ...containerStatements("/aws/sagemaker/TrainingJobs"),
  ];
}

/** ARN of an object of the dataset, or of all objects of a prefix. */
function objects(dataset: Dataset, key: keyof typeof DATASET_KEYS): pulumi.Output<string> {
  const path = DATASET_KEYS[key];
  return pulumi.interpolate`${dataset.bucketArn}/${path}${path.endsWith("/") ? "*" : ""}`;
}

/**
 * What every SageMaker container needs: its image, its logs, its metrics.
 * @param repository of the image; the algorithm's own unless given
 */
export function containerStatements(
  logGroup: string,
  repository = REPOSITORY,
): readonly Statement[] {
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
        pulumi.interpolate`arn:${partition()}:ecr:${region()}:*:repository/${repository}`,
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
