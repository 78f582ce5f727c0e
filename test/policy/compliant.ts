import type { Subject } from "../support/policy";
import { attachment } from "./iam/attachment/resource";
import { rolePolicy } from "./iam/policy/resource";
import { lambdaFunction } from "./lambda/function/resource";
import { bucket } from "./s3/bucket/resource";
import { endpointConfiguration } from "./sagemaker/endpointConfiguration/resource";
import { trainingJob } from "./sagemaker/trainingJob/resource";

/** One resource of every kind that a policy judges, each keeping all policies. */
export const compliant: readonly Subject[] = [
  endpointConfiguration,
  trainingJob,
  bucket,
  rolePolicy,
  attachment,
  lambdaFunction,
];
