import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { subject, type Subject } from "../../../support/policy";

const args = {
  executionRoleArn: "arn:aws:iam::123456789012:role/hosting",
  enableNetworkIsolation: true,
} satisfies pulumi.Unwrap<aws.sagemaker.ModelArgs>;

/** A model that keeps every policy. */
export const model: Subject = subject("aws:sagemaker/model:Model", args);
