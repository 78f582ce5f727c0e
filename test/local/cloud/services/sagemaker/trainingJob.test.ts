import { DescribeTrainingJobCommand } from "@aws-sdk/client-sagemaker";
import { GetObjectCommand } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { allow, rejectionOf } from "../../../pulumi/resources/support";
import { arnOf, ROLE, RunningSageMaker, TRAINING_JOB } from "./support";

const MACHINES = TRAINING_JOB.ResourceConfig;
const [CHANNEL] = TRAINING_JOB.InputDataConfig;

describe("a training job", () => {
  let running: RunningSageMaker;
  const describeJob = (session = running.deployer) =>
    running.control(session).send(new DescribeTrainingJobCommand({ TrainingJobName: "job" }));
  const ended = async () => {
    await running.sagemaker.trainingJob("job").done;
    return describeJob();
  };

  beforeEach(async () => {
    running = await RunningSageMaker.start();
  });
  afterEach(() => running.stop());

  it("ends Completed, with its artefact in the bucket and the last value of each metric", async () => {
    // Act
    await running.train("learn");
    const job = await ended();

    // Assess
    expect(job).to.deep.include({
      TrainingJobName: "job",
      TrainingJobArn: arnOf("training-job/job"),
      TrainingJobStatus: "Completed",
      SecondaryStatus: "Completed",
      ModelArtifacts: { S3ModelArtifacts: "s3://data/models/job/output/model.tar.gz" },
    });
    expect(job.FinalMetricDataList).to.deep.equal([{ MetricName: "accuracy", Value: 0.75 }]);
    expect(job.TrainingEndTime).to.be.instanceOf(Date);
    const artefact = { Bucket: "data", Key: "models/job/output/model.tar.gz" };
    await running.storage.send(new GetObjectCommand(artefact));
  });

  it("ends Failed with what the container wrote as its failure, cut to 1024 characters", async () => {
    // Act
    await running.train("fail");
    const job = await ended();

    // Assess
    expect(job).to.include({ TrainingJobStatus: "Failed", SecondaryStatus: "Failed" });
    expect(job.FailureReason)
      .to.match(/^ClientError: bad x+$/)
      .and.to.have.length(1024);
    expect(job).not.to.have.property("ModelArtifacts");
  });

  for (const [behaviour, code] of [
    ["fail silently", 3],
    ["die", 137],
  ] as const) {
    it(`ends Failed with the exit code when the container does: ${behaviour}`, async () => {
      // Act
      await running.train(behaviour);
      const job = await ended();

      // Assess
      expect(job.TrainingJobStatus).to.equal("Failed");
      expect(job.FailureReason).to.equal(
        `AlgorithmError: the container ended with exit code ${code}`,
      );
    });
  }

  it("ends Failed when a channel has no objects", async () => {
    // Act
    await running.train("learn", 60, "none/");
    const job = await ended();

    // Assess
    expect(job.TrainingJobStatus).to.equal("Failed");
    expect(job.FailureReason).to.include("No S3 objects found").and.include("s3://data/none/");
  });

  for (const [behaviour, artefact] of [
    ["keep a model when stopped", true],
    ["go on", false],
  ] as const) {
    it(`ends Stopped at its maximum runtime; a container told to ${behaviour}`, async () => {
      // Act
      await running.train(behaviour, 3);
      const job = await ended();

      // Assess
      expect(job).to.include({
        TrainingJobStatus: "Stopped",
        SecondaryStatus: "MaxRuntimeExceeded",
      });
      expect("ModelArtifacts" in job).to.equal(artefact);
    });
  }

  describe("on spot capacity that is taken back", () => {
    const spot = {
      EnableManagedSpotTraining: true,
      StoppingCondition: { MaxRuntimeInSeconds: 60, MaxWaitTimeInSeconds: 60 },
    };
    const CheckpointConfig = { S3Uri: "s3://data/checkpoints/job" };

    it("begins again with what it had kept by then, and sends what it keeps", async () => {
      // Prepare
      running.sagemaker.arrangeFault("spot-interruption");

      // Act
      await running.train("keep checkpoints", 60, "train/", { ...spot, CheckpointConfig });
      const job = await ended();

      // Assess
      expect(job.TrainingJobStatus).to.equal("Completed");
      expect(running.sagemaker.trainingJob("job").log).to.deep.equal([
        "accuracy=0.1",
        "accuracy=0.2",
        "accuracy=0.3",
      ]);
      const kept = await running.storage.send(
        new GetObjectCommand({ Bucket: "data", Key: "checkpoints/job/steps" }),
      );
      expect(await kept.Body?.transformToString()).to.equal("3");
    });

    it("begins from the beginning when it keeps no checkpoints", async () => {
      // Prepare
      running.sagemaker.arrangeFault("spot-interruption");

      // Act
      await running.train("ready, then learn", 60, "train/", spot);
      const job = await ended();

      // Assess
      expect(job.TrainingJobStatus).to.equal("Completed");
      expect(running.sagemaker.trainingJob("job").log).to.deep.equal(["ready", "ready"]);
    });

    it("is nothing that happens to other jobs", async () => {
      // Prepare
      running.sagemaker.arrangeFault("spot-interruption");

      // Act
      await running.train("ready, then learn");
      await ended();

      // Assess
      expect(running.sagemaker.trainingJob("job").log).to.deep.equal(["ready"]);
    });

    it("fails when its role may not keep checkpoints", async () => {
      // Prepare
      running.authority.putRolePolicy(ROLE, "data", allow("s3:GetObject", "*"));

      // Act
      await running.train("keep checkpoints", 60, "train/", { ...spot, CheckpointConfig });
      const job = await ended();

      // Assess
      expect(job.TrainingJobStatus).to.equal("Failed");
      expect(job.FailureReason).to.match(/not authorized to perform: s3:/);
    });
  });

  it("is stopped before it is deleted, and then it is not found", async () => {
    // Prepare
    const ready = running.line("ready");
    await running.train("keep a model when stopped");
    await ready;
    const job = running.sagemaker.trainingJob("job");

    // Act
    const deleting = running.sagemaker.deleteTrainingJob("job");
    const stopping = await describeJob();
    await deleting;
    await running.sagemaker.deleteTrainingJob("job");

    // Assess
    expect(stopping.TrainingJobStatus).to.equal("Stopping");
    expect(job.describe()).to.deep.include({
      TrainingJobStatus: "Stopped",
      SecondaryStatus: "Stopped",
    });
    expect(await rejectionOf(describeJob())).to.include({
      name: "ValidationException",
      message: "Requested resource not found.",
    });
  });

  it("that is stopped before its container has begun never begins it", async () => {
    // Act
    await running.train("go on");
    const job = running.sagemaker.trainingJob("job");
    await job.stop();

    // Assess
    expect(job.describe()).to.include({ TrainingJobStatus: "Stopped" });
    expect(job.log).to.deep.equal([]);
  });

  it("is not described to whom no policy allows it", async () => {
    // Prepare
    await running.train("go on");

    // Act
    const error = await rejectionOf(describeJob(running.nobody));

    // Assess
    expect(error).to.have.property("name", "AccessDeniedException");
    expect(error).to.have.property("message").that.includes("sagemaker:DescribeTrainingJob");
  });

  for (const [what, more, complaint] of [
    [
      "a longest wait without spot capacity",
      { StoppingCondition: { MaxRuntimeInSeconds: 60, MaxWaitTimeInSeconds: 60 } },
      "EnableManagedSpotTraining is not set",
    ],
    [
      "spot capacity without a longest wait",
      { EnableManagedSpotTraining: true, StoppingCondition: { MaxRuntimeInSeconds: 60 } },
      "greater than or equal to MaxRuntimeInSeconds (60)",
    ],
    [
      "a wait that is shorter than the run",
      {
        EnableManagedSpotTraining: true,
        StoppingCondition: { MaxRuntimeInSeconds: 60, MaxWaitTimeInSeconds: 59 },
      },
      "greater than or equal to MaxRuntimeInSeconds (60)",
    ],
    ["no machine", { ResourceConfig: { ...MACHINES, InstanceCount: 0 } }, "InstanceCount"],
    ["no disk", { ResourceConfig: { ...MACHINES, VolumeSizeInGB: 0 } }, "VolumeSizeInGB"],
    [
      "a key for disks of its own",
      { ResourceConfig: { ...MACHINES, InstanceType: "ml.g5.xlarge", VolumeKmsKeyId: "alias/a" } },
      "VolumeKmsKeyId",
    ],
    ["no instance type", { ResourceConfig: { ...MACHINES, InstanceType: "big" } }, "InstanceType"],
    ["checkpoints outside of S3", { CheckpointConfig: { S3Uri: "/tmp" } }, "S3Uri"],
    [
      "checkpoints in a folder that the algorithm does not have",
      { CheckpointConfig: { S3Uri: "s3://data/c", LocalPath: "/tmp" } },
      "LocalPath",
    ],
    [
      "a subnet that is not there",
      { VpcConfig: { Subnets: ["subnet-1"], SecurityGroupIds: ["sg-1"] } },
      "subnet-1",
    ],
    ["a network without groups", { VpcConfig: { Subnets: ["s"] } }, "SecurityGroupIds"],
    ["what is not imitated", { KeepAlive: 1 }, "KeepAlive"],
    ["a channel twice", { InputDataConfig: [CHANNEL, CHANNEL] }, "channel twice"],
  ] as const) {
    it(`is refused with ${what}, and is not there`, async () => {
      // Act
      const error = await rejectionOf(running.train("learn", 60, "train/", more));

      // Assess
      expect(error).to.have.property("message").that.includes(complaint);
      expect(running.sagemaker.names.trainingJobs).to.deep.equal([]);
    });
  }

  it("is described as it was asked for", async () => {
    // Prepare
    running.network.createVpc("vpc-1", ["subnet-1"]);
    running.network.createSecurityGroup("sg-1", "vpc-1");
    running.authority.putRolePolicy(ROLE, "network", allow("ec2:*", "*"));
    const asked = {
      VpcConfig: { Subnets: ["subnet-1"], SecurityGroupIds: ["sg-1"] },
      EnableManagedSpotTraining: true,
      StoppingCondition: { MaxRuntimeInSeconds: 60, MaxWaitTimeInSeconds: 120 },
      ResourceConfig: { ...MACHINES, InstanceType: "ml.g4dn.xlarge", VolumeSizeInGB: 30 },
    };

    // Act
    await running.train("learn", 60, "train/", asked);
    const during = running.network.names.interfaces;
    const job = await ended();

    // Assess
    expect(job).to.deep.include(asked);
    expect(during).to.deep.equal([arnOf("training-job/job")]);
    expect(running.network.names.interfaces).to.deep.equal([]);
  });

  it("is refused under a name that is taken", async () => {
    // Prepare
    await running.train("go on");

    // Act
    const error = await rejectionOf(running.train("go on"));

    // Assess
    expect(error).to.have.property("name", "ResourceInUse");
  });
});
