import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { subject, type Subject } from "../../../support/policy";

const args = {
  trainingJobName: "training-0a1b2c3d4e",
  roleArn: "arn:aws:iam::123456789012:role/training",
  outputDataConfig: { s3OutputPath: "s3://inference/models" },
  resourceConfig: { instanceType: "ml.g4dn.xlarge", instanceCount: 1, volumeSizeInGb: 30 },
  stoppingCondition: { maxRuntimeInSeconds: 3600 },
} satisfies pulumi.Unwrap<aws.sagemaker.TrainingJobArgs>;

/** A training job that keeps every policy. */
export const trainingJob: Subject = subject("aws:sagemaker/trainingJob:TrainingJob", args);
