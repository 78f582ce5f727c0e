import type { Cloud } from "../../../../local/cloud";

/** What there is in a cloud, by kind and name or ARN; kinds of which there is nothing are left out. */
export function inventory(cloud: Cloud): Readonly<Record<string, readonly string[]>> {
  const all = {
    buckets: cloud.s3.bucketNames,
    macKeys: cloud.kms.arns,
    functions: cloud.lambda.arns,
    roles: cloud.authority.roleArns,
    rules: cloud.bus.ruleNames,
    stateMachines: cloud.stepFunctions.arns,
    topics: cloud.topics.arns,
    ...cloud.sagemaker.names,
    ...cloud.network.names,
  };
  return Object.fromEntries(Object.entries(all).filter(([, names]) => names.length > 0));
}
