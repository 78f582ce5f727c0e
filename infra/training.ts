import * as pulumi from "@pulumi/pulumi";
import type { TrainingResult } from "../contract/training";
import * as aws from "./aws";
import type { WorkflowConfig } from "./config";
import type { Dataset } from "./dataset";
import {
  hyperParameters,
  REPOSITORY,
  trainingChannels,
  trainingStatements,
  type Channel,
} from "./imageClassification";
import { takesVolumeKey } from "./instanceStorage";
import { contentHash } from "./naming";
import { NodeCommand } from "./nodeCommand";
import type { NetworkInterfaces, Placement } from "./privateNetwork";
import { ServiceRole } from "./serviceRole";

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
    const channels = trainingChannels(dataset.format);

    const image = aws.sagemaker.getPrebuiltEcrImageOutput({
      repositoryName: REPOSITORY,
      imageTag: settings.imageTag,
    }).registryPath;
    const role = new ServiceRole(
      `${name}-role`,
      {
        service: "sagemaker.amazonaws.com",
        statements: trainingStatements(dataset, channels, settings),
      },
      { parent: this },
    );

    const interfaces = placement?.join(name, "training", role, { parent: this });
    const definition = defineJob(image, channels, args, interfaces);
    // A job is a run, not a thing: whatever defines the run is in its name.
    const identity = pulumi.output({
      run: settings.run,
      dataset: dataset.summary.digest,
      ...definition,
    });
    const trainingJobName = identity.apply((run) => `${name}-${contentHash(run)}`);
    const job = new aws.sagemaker.TrainingJob(
      name,
      {
        trainingJobName,
        // A folder of its own: a job goes on from whatever checkpoint it finds.
        ...(settings.spot
          ? {
              checkpointConfig: {
                s3Uri: pulumi.interpolate`${dataset.uri("checkpoints")}${trainingJobName}`,
                localPath: "/opt/ml/checkpoints",
              },
            }
          : {}),
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
  channels: readonly Channel[],
  { dataset, settings }: TrainingArgs,
  interfaces: NetworkInterfaces | undefined,
) {
  return {
    algorithmSpecification: { trainingImage: image, trainingInputMode: "File" },
    hyperParameters: dataset.summary.apply((summary) => hyperParameters(summary, settings)),
    inputDataConfigs: channels.map(({ name, contentType, key }) => ({
      channelName: name,
      contentType,
      dataSource: {
        s3DataSource: {
          s3DataType: "S3Prefix",
          s3Uri: dataset.uri(key),
          s3DataDistributionType: "FullyReplicated",
        },
      },
    })),
    // Without a key SageMaker takes the account's own for S3, whatever the bucket's default is.
    outputDataConfig: { s3OutputPath: dataset.uri("models"), kmsKeyId: dataset.key.arn },
    resourceConfig: {
      instanceType: settings.instanceType,
      instanceCount: settings.instanceCount,
      volumeSizeInGb: settings.volumeSizeInGb,
      ...(takesVolumeKey(settings.instanceType) ? { volumeKmsKeyId: dataset.key.arn } : {}),
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
