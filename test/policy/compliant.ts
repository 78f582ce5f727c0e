import type { Subject } from "../support/policy";
import { logGroup } from "./cloudwatch/logGroup/resource";
import { attachment } from "./iam/attachment/resource";
import { rolePolicy } from "./iam/policy/resource";
import { role } from "./iam/role/resource";
import { accessKey, policyAttachment } from "./iam/user/resource";
import { key } from "./kms/key/resource";
import { lambdaFunction } from "./lambda/function/resource";
import { permission } from "./lambda/permission/resource";
import { model } from "./sagemaker/model/resource";
import { bucketWithCompanions } from "./s3/bucket/resource";
import { endpoint } from "./sagemaker/endpoint/resource";
import { endpointConfiguration } from "./sagemaker/endpointConfiguration/resource";
import { trainingJob } from "./sagemaker/trainingJob/resource";
import { stateMachine } from "./sfn/stateMachine/resource";
import { topic } from "./sns/topic/resource";

/** A stack with resources of every kind that a policy judges, keeping all policies. */
export const compliant: readonly Subject[] = [
  endpointConfiguration,
  endpoint,
  trainingJob,
  ...bucketWithCompanions,
  rolePolicy,
  role,
  attachment,
  accessKey,
  policyAttachment,
  key,
  lambdaFunction,
  permission,
  model,
  logGroup,
  stateMachine,
  topic,
];
