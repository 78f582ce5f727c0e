import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { parseConfig } from "../../infra/config";
import { DataKey } from "../../infra/dataKey";
import { Dataset } from "../../infra/dataset";
import { hyperParameters, miniBatchSize } from "../../infra/imageClassification";
import { Training } from "../../infra/training";
import { resource, statements } from "../support/graph";
import { deploy, REGION, SUMMARY, TRAINING_RESULT, type DeployOptions } from "../support/mocks";
import { valueOf } from "../support/outputs";

const { dataset: recipe, training: SETTINGS } = parseConfig({
  endpoint: { instanceType: "ml.m5.xlarge", capture: 100 },
});
const BUCKET = "dataset-1a2b3c4";

function deployTraining(settings = SETTINGS, options?: DeployOptions, format = recipe.format) {
  return deploy(() => {
    const key = new DataKey("data");
    const dataset = new Dataset("dataset", {
      recipe: { ...recipe, format },
      inference: { name: pulumi.output("inference-1a2b3c4") },
      key,
      keepObjects: false,
    });
    return new Training("training", { dataset, settings, placement: undefined });
  }, options);
}

async function jobName(settings: typeof SETTINGS, options?: DeployOptions): Promise<unknown> {
  const { resources } = await deployTraining(settings, options);
  return resource(resources, "aws:sagemaker/trainingJob:TrainingJob").inputs["trainingJobName"];
}

describe("Training", () => {
  it("is a job over the four channels of the built-in algorithm", async () => {
    // Act
    const { resources } = await deployTraining();

    // Assess
    const { trainingJobName, ...inputs } = resource(
      resources,
      "aws:sagemaker/trainingJob:TrainingJob",
    ).inputs;
    const channel = (channelName: string, key: string) => ({
      channelName,
      contentType: "application/x-image",
      dataSource: {
        s3DataSource: {
          s3DataType: "S3Prefix",
          s3Uri: `s3://${BUCKET}/${key}`,
          s3DataDistributionType: "FullyReplicated",
        },
      },
    });
    expect(inputs).to.deep.equal({
      roleArn: resource(resources, "aws:iam/role:Role", "training-role").outputs["arn"],
      algorithmSpecification: {
        trainingImage: `685385470294.dkr.ecr.${REGION}.amazonaws.com/image-classification:1`,
        trainingInputMode: "File",
      },
      hyperParameters: {
        image_shape: "3,28,28",
        num_classes: "3",
        num_training_samples: "1350",
        mini_batch_size: "30",
        num_layers: "20",
        epochs: "30",
        optimizer: "adam",
        learning_rate: "0.005",
        lr_scheduler_step: "20,26",
        lr_scheduler_factor: "0.1",
        augmentation_type: "crop",
      },
      inputDataConfigs: [
        channel("train", "train/"),
        channel("validation", "validation/"),
        channel("train_lst", "train.lst"),
        channel("validation_lst", "validation.lst"),
      ],
      outputDataConfig: {
        s3OutputPath: `s3://${BUCKET}/models/`,
        kmsKeyId: resource(resources, "aws:kms/key:Key").outputs["arn"],
      },
      resourceConfig: { instanceType: "ml.g4dn.xlarge", instanceCount: 1, volumeSizeInGb: 30 },
      stoppingCondition: { maxRuntimeInSeconds: 3600 },
      enableManagedSpotTraining: false,
    });
    // The API's pattern for names of training jobs, and its length of 63.
    expect(trainingJobName).to.match(/^training-[0-9a-f]{10}$/);
  });

  it("is another job whenever anything that defines the run changes, and only then", async () => {
    // Prepare
    const other = { ...SUMMARY, digest: "e".repeat(64) };
    const otherDataset = ({ type }: { type: string }) =>
      type === "command:local:Command" ? { stdout: JSON.stringify(other) } : undefined;

    // Act
    const name = await jobName(SETTINGS);
    const others = await Promise.resolve([
      await jobName({ ...SETTINGS, epochs: 31 }),
      await jobName({ ...SETTINGS, imageTag: "latest" }),
      await jobName({ ...SETTINGS, instanceType: "ml.g5.xlarge" }),
      await jobName({ ...SETTINGS, run: 2 }),
      await jobName({ ...SETTINGS, maxRuntimeSeconds: 3601 }),
      await jobName(SETTINGS, { outputs: otherDataset }),
    ]);

    // Assess
    expect(await jobName({ ...SETTINGS })).to.equal(name);
    expect(new Set([name, ...others]).size).to.equal(7);
  });

  for (const [instanceType, takes] of [
    ["ml.p3.2xlarge", true],
    ["ml.g5.xlarge", false],
  ] as const) {
    it(`${takes ? "encrypts" : "leaves"} the volumes of ${instanceType}, whose disks are ${takes ? "not " : ""}its own`, async () => {
      // Act
      const { resources } = await deployTraining({ ...SETTINGS, instanceType });

      // Assess
      const { inputs } = resource(resources, "aws:sagemaker/trainingJob:TrainingJob");
      const key = resource(resources, "aws:kms/key:Key").outputs["arn"];
      expect(inputs["resourceConfig"]).to.deep.equal({
        ...{ instanceType, instanceCount: 1, volumeSizeInGb: 30 },
        ...(takes ? { volumeKmsKeyId: key } : {}),
      });
      const { policy } = resource(resources, "aws:iam/rolePolicy:RolePolicy").inputs;
      const grants = statements(policy).filter(({ Action }) =>
        [Action].flat().includes("kms:CreateGrant"),
      );
      expect(grants).to.deep.equal(
        takes
          ? [
              {
                Effect: "Allow",
                Action: ["kms:CreateGrant"],
                Resource: [key],
                Condition: { Bool: { "kms:GrantIsForAWSResource": "true" } },
              },
            ]
          : [],
      );
    });
  }

  it("runs on spare capacity if told to, and waits for it in bounds", async () => {
    // Act
    const { resources } = await deployTraining({ ...SETTINGS, spot: true });

    // Assess
    const { inputs } = resource(resources, "aws:sagemaker/trainingJob:TrainingJob");
    const { policy } = resource(resources, "aws:iam/rolePolicy:RolePolicy").inputs;
    const onCheckpoints = statements(policy).find(({ Resource }) =>
      String(Resource).endsWith("/checkpoints/*"),
    );
    expect(onCheckpoints?.Action).to.deep.equal(["s3:GetObject", "s3:PutObject"]);
    expect(inputs).to.deep.include({
      checkpointConfig: {
        s3Uri: `s3://${BUCKET}/checkpoints/${String(inputs["trainingJobName"])}`,
        localPath: "/opt/ml/checkpoints",
      },
      enableManagedSpotTraining: true,
      stoppingCondition: { maxRuntimeInSeconds: 3600, maxWaitTimeInSeconds: 7200 },
    });
  });

  it("shows all but the data's numbers in a preview, so that policies can judge it", async () => {
    // Act
    const { resources } = await deployTraining(SETTINGS, { preview: true });

    // Assess
    const { inputs } = resource(resources, "aws:sagemaker/trainingJob:TrainingJob");
    expect(inputs["stoppingCondition"]).to.deep.equal({ maxRuntimeInSeconds: 3600 });
    expect(inputs["resourceConfig"]).to.have.property("instanceType", "ml.g4dn.xlarge");
  });

  it("has a result only when the gate has seen the job complete", async () => {
    // Act
    const { value, resources } = await deployTraining();

    // Assess
    const job = resource(resources, "aws:sagemaker/trainingJob:TrainingJob");
    const { interpreter, create, triggers } = resource(
      resources,
      "command:local:Command",
      "training-gate",
    ).inputs;
    expect((interpreter as string[]).at(-1)).to.equal("infra/commands/awaitTraining.ts");
    expect(create).to.equal(job.inputs["trainingJobName"]);
    expect(triggers).to.deep.equal([job.outputs["arn"]]);
    expect(await valueOf(value.result)).to.deep.equal(TRAINING_RESULT);
  });

  it("may read the four channels and write models, and nothing else in the bucket", async () => {
    // Act
    const { resources } = await deployTraining();

    // Assess
    const { policy } = resource(resources, "aws:iam/rolePolicy:RolePolicy").inputs;
    const onS3 = statements(policy).filter(({ Action }) => String(Action).startsWith("s3:"));
    const bucket = `arn:aws:s3:::${BUCKET}`;
    expect(onS3.map(({ Action, Resource }) => [String(Action), Resource])).to.deep.equal([
      ["s3:ListBucket", [bucket]],
      [
        "s3:GetObject",
        ["train/*", "validation/*", "train.lst", "validation.lst"].map((key) => `${bucket}/${key}`),
      ],
      ["s3:PutObject", [`${bucket}/models/*`]],
    ]);
  });

  it("has two channels of records when the dataset is in that format, and may read only them", async () => {
    // Act
    const { resources } = await deployTraining(SETTINGS, {}, "recordio");

    // Assess
    const { inputDataConfigs } = resource(
      resources,
      "aws:sagemaker/trainingJob:TrainingJob",
    ).inputs;
    const s3DataSource = (key: string) => ({
      s3DataType: "S3Prefix",
      s3Uri: `s3://${BUCKET}/${key}`,
      s3DataDistributionType: "FullyReplicated",
    });
    expect(inputDataConfigs).to.deep.equal(
      ["train", "validation"].map((channelName) => ({
        channelName,
        contentType: "application/x-recordio",
        dataSource: { s3DataSource: s3DataSource(`${channelName}.rec`) },
      })),
    );
    const { policy } = resource(resources, "aws:iam/rolePolicy:RolePolicy").inputs;
    const reads = statements(policy).find(({ Action }) => String(Action) === "s3:GetObject");
    expect(reads?.Resource).to.deep.equal(
      ["train.rec", "validation.rec"].map((key) => `arn:aws:s3:::${BUCKET}/${key}`),
    );
  });
});

describe("hyperParameters", () => {
  it("leaves augmentation out when there is none, and syncs several machines", () => {
    const one = hyperParameters(SUMMARY, { ...SETTINGS, augmentation: "none" });
    const two = hyperParameters(SUMMARY, { ...SETTINGS, instanceCount: 2 });
    expect(one).not.to.have.property("augmentation_type");
    expect(one).not.to.have.property("kv_store");
    expect(two).to.have.property("kv_store", "dist_sync");
  });
});

describe("hyperParameters of the recipe", () => {
  const of = (training: Record<string, unknown>) =>
    hyperParameters(
      SUMMARY,
      parseConfig({ endpoint: { instanceType: "ml.m5.xlarge", capture: 100 }, training }).training,
    );

  for (const [epochs, steps] of [
    [30, "20,26"],
    [3, "2"],
    [2, "1"],
    [1, undefined],
    [100, "67,87"],
  ] as const) {
    it(`lower the learning rate of ${epochs} epochs after ${steps ?? "none"}`, () => {
      expect(of({ epochs })["lr_scheduler_step"]).to.equal(steps);
    });
  }

  it("have the given steps, or a constant learning rate for none", () => {
    const given = of({ learningRateSteps: [5, 9], learningRateFactor: 0.5 });
    expect(given).to.deep.include({ lr_scheduler_step: "5,9", lr_scheduler_factor: "0.5" });
    expect(of({ learningRateSteps: [] })).not.to.have.any.keys(
      "lr_scheduler_step",
      "lr_scheduler_factor",
    );
  });

  it("have momentum and weight decay only where they act", () => {
    expect(of({})).not.to.have.any.keys("momentum", "weight_decay");
    for (const optimizer of ["sgd", "nag"]) {
      expect(of({ optimizer })).to.deep.include({ momentum: "0.9", weight_decay: "0.0001" });
    }
  });

  it("have early stopping and checkpoints when they are asked for", () => {
    expect(of({ earlyStopping: { patience: 3 }, checkpointFrequency: 30 })).to.deep.include({
      early_stopping: "True",
      early_stopping_min_epochs: "10",
      early_stopping_patience: "3",
      early_stopping_tolerance: "0",
      checkpoint_frequency: "30",
    });
  });

  it("are refused for images smaller than the model takes, before a job is paid for", () => {
    const small = { ...SUMMARY, imageShape: [3, 24, 24] } as const;
    expect(() => hyperParameters(small, SETTINGS)).to.throw("training.imageSize is 28");
  });
});

describe("miniBatchSize", () => {
  it("is the wanted size when that drops no sample", () => {
    expect(miniBatchSize(320, 64, 32)).to.equal(32);
  });

  it("is the nearest size that drops no sample of either split", () => {
    expect(miniBatchSize(1350, 150, 32)).to.equal(30);
    expect(miniBatchSize(1500, 300, 32)).to.equal(30);
  });

  it("drops as few as possible when every size drops some", () => {
    // 31 x 43 = 1333 leaves 0; 149 is prime, and 149 % 31 = 25.
    const best = miniBatchSize(1333, 149, 32);
    const dropped = (size: number) => (1333 % size) + (149 % size);
    for (let size = 16; size <= 64; size += 1) {
      expect(dropped(best)).to.be.at.most(dropped(size));
    }
  });

  it("is never larger than a split, nor zero", () => {
    expect(miniBatchSize(10, 3, 32)).to.be.within(1, 3);
    expect(miniBatchSize(1, 1, 32)).to.equal(1);
  });
});
