import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { DATASET_KEYS, type DatasetSummary } from "../contract/dataset";
import { type TrainingResult } from "../contract/training";
import { arnOf, partition, region } from "./account";
import type { WorkflowConfig } from "./config";
import type { Dataset } from "./dataset";
import { contentHash } from "./naming";
import { NodeCommand } from "./nodeCommand";
import { joinNetwork, type NetworkInterfaces, type Placement } from "./privateNetwork";
import { ServiceRole, type Statement } from "./serviceRole";

export interface TrainingArgs {
  readonly dataset: Dataset;
  readonly settings: WorkflowConfig["training"];
  /** Where the job runs; outside of any network of ours if it is absent. */
  readonly placement: Placement | undefined;
}

/**
 * A run of SageMaker's built-in image-classification algorithm over the dataset, and the gate that
 * waits for it: the job resource itself returns while the job is still running.
 */
export class Training extends pulumi.ComponentResource {
  /** Container image, the same for training and for hosting. */
  readonly image: pulumi.Output<string>;
  /** Resolves when the job has completed; fails with SageMaker's reason when it has not. */
  readonly result: pulumi.Output<TrainingResult>;

  constructor(name: string, args: TrainingArgs, opts?: pulumi.ComponentResourceOptions) {
    super("ml-workflow-aws:infra:Training", name, {}, opts);
    const { dataset, settings, placement } = args;

    const image = aws.sagemaker.getPrebuiltEcrImageOutput({
      repositoryName: "image-classification",
      imageTag: settings.imageTag,
    }).registryPath;
    const role = new ServiceRole(
      `${name}-role`,
      {
        service: "sagemaker.amazonaws.com",
        statements: [
          ...trainingStatements(dataset),
          ...(placement === undefined ? [] : [joinNetwork("training")]),
        ],
      },
      { parent: this },
    );

    const interfaces = placement?.join(name, role, { parent: this, peers: true });
    const definition = defineJob(image, args, interfaces);
    // A job is a run, not a thing: whatever defines the run is in its name.
    const identity = pulumi.output({
      run: settings.run,
      dataset: dataset.summary.digest,
      ...definition,
    });
    const job = new aws.sagemaker.TrainingJob(
      name,
      {
        trainingJobName: identity.apply((run) => `${name}-${contentHash(run)}`),
        roleArn: role.arn,
        ...definition,
      },
      // Another run is another job.
      { parent: this, protect: false },
    );
    const gate = new NodeCommand(
      `${name}-gate`,
      {
        script: "infra/commands/awaitTraining.ts",
        arguments: [job.trainingJobName],
        triggers: [job.arn],
      },
      { parent: this },
    );

    this.image = image;
    this.result = gate.stdout.apply((stdout) => JSON.parse(stdout) as TrainingResult);
    this.registerOutputs({ image: this.image, result: this.result });
  }
}

/** What the job is to do; two equal definitions over one dataset are one run. */
function defineJob(
  image: pulumi.Output<string>,
  { dataset, settings }: TrainingArgs,
  interfaces: NetworkInterfaces | undefined,
) {
  return {
    algorithmSpecification: { trainingImage: image, trainingInputMode: "File" },
    hyperParameters: dataset.summary.apply((summary) => hyperParameters(summary, settings)),
    inputDataConfigs: [
      channel("train", dataset.uri("train")),
      channel("validation", dataset.uri("validation")),
      channel("train_lst", dataset.uri("trainList")),
      channel("validation_lst", dataset.uri("validationList")),
    ],
    // Without a key SageMaker takes the account's own for S3, whatever the bucket's default is.
    outputDataConfig: { s3OutputPath: dataset.uri("models"), kmsKeyId: dataset.key.arn },
    resourceConfig: {
      instanceType: settings.instanceType,
      instanceCount: settings.instanceCount,
      volumeSizeInGb: settings.volumeSizeInGb,
    },
    enableManagedSpotTraining: settings.spot,
    stoppingCondition: {
      maxRuntimeInSeconds: settings.maxRuntimeSeconds,
      // Waiting for spare capacity counts, too.
      ...(settings.spot ? { maxWaitTimeInSeconds: 2 * settings.maxRuntimeSeconds } : {}),
    },
    ...(interfaces === undefined ? {} : { vpcConfig: vpcConfig(interfaces) }),
  };
}

/** A workload's place in a network as SageMaker's resources take it. */
export function vpcConfig({ subnetIds, securityGroupIds }: NetworkInterfaces) {
  return { subnets: subnetIds, securityGroupIds: [...securityGroupIds] };
}

function channel(channelName: string, s3Uri: pulumi.Output<string>) {
  return {
    channelName,
    // All four channels, the lists included, are declared as images ("Train with Image Format",
    // SageMaker Developer Guide, image-classification).
    contentType: "application/x-image",
    dataSource: {
      s3DataSource: { s3DataType: "S3Prefix", s3Uri, s3DataDistributionType: "FullyReplicated" },
    },
  };
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
    image_shape: IMAGE_SHAPE.join(","),
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

/** Channels, height and width of a CIFAR image, and of what the model is shown. */
export const IMAGE_SHAPE = [3, 32, 32] as const;

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
function trainingStatements(dataset: Dataset): readonly Statement[] {
  return [
    { actions: ["s3:ListBucket"], resources: [dataset.bucketArn] },
    {
      actions: ["s3:GetObject"],
      resources: [
        DATASET_KEYS.train,
        DATASET_KEYS.validation,
        DATASET_KEYS.trainList,
        DATASET_KEYS.validationList,
      ].map(
        (key) => pulumi.interpolate`${dataset.bucketArn}/${key}${key.endsWith("/") ? "*" : ""}`,
      ),
    },
    {
      actions: ["s3:PutObject"],
      resources: [pulumi.interpolate`${dataset.bucketArn}/${DATASET_KEYS.models}*`],
    },
    dataset.key.read(),
    dataset.key.writeBySageMaker(),
    ...containerStatements("/aws/sagemaker/TrainingJobs"),
  ];
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
        pulumi.interpolate`arn:${partition()}:ecr:${region()}:*:repository/image-classification`,
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
