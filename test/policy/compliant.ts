import type { Subject } from "../support/policy";
import { command } from "./aws/resource/resource";
import { logGroup } from "./cloudwatch/logGroup/resource";
import { attachment } from "./iam/attachment/resource";
import { rolePolicy } from "./iam/policy/resource";
import { role } from "./iam/role/resource";
import { accessKey, policyAttachment } from "./iam/user/resource";
import { key } from "./kms/key/resource";
import { lambdaFunction } from "./lambda/function/resource";
import { permission } from "./lambda/permission/resource";
import { model } from "./sagemaker/model/resource";
import { accessPoint, accountBlock, multiRegionAccessPoint } from "./s3/accessPoint/resource";
import { bucketWithCompanions } from "./s3/bucket/resource";
import { object } from "./s3/object/resource";
import { domain } from "./sagemaker/domain/resource";
import { endpoint } from "./sagemaker/endpoint/resource";
import { endpointConfiguration } from "./sagemaker/endpointConfiguration/resource";
import { featureGroup } from "./sagemaker/featureGroup/resource";
import { notebook } from "./sagemaker/notebookInstance/resource";
import { qualityJob, tuningJob } from "./sagemaker/workload/resource";
import { lifecycle } from "./sagemaker/capture/resource";
import { trainingJob } from "./sagemaker/trainingJob/resource";
import { stateMachine } from "./sfn/stateMachine/resource";
import { topic } from "./sns/topic/resource";
import { repository } from "./ecr/repository/resource";
import { queue } from "./sqs/queue/resource";

/** A stack with resources of every kind that a policy judges, keeping all policies. */
export const compliant: readonly Subject[] = [
  endpointConfiguration,
  endpoint,
  trainingJob,
  ...bucketWithCompanions,
  accessPoint,
  accountBlock,
  multiRegionAccessPoint,
  object,
  rolePolicy,
  role,
  attachment,
  accessKey,
  policyAttachment,
  key,
  lambdaFunction,
  permission,
  model,
  domain,
  featureGroup,
  notebook,
  qualityJob,
  tuningJob,
  lifecycle,
  logGroup,
  stateMachine,
  topic,
  queue,
  repository,
  command,
];
