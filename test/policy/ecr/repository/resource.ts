import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { subject, type Subject } from "../../../support/policy";

const args = {
  imageTagMutability: "IMMUTABLE",
  imageScanningConfiguration: { scanOnPush: true },
} satisfies pulumi.Unwrap<aws.ecr.RepositoryArgs>;

/** A repository that keeps every policy. */
export const repository: Subject = subject("aws:ecr/repository:Repository", args);
