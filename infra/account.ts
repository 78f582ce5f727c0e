/** Where the stack is deployed, asked of the provider here and nowhere else. */
import * as pulumi from "@pulumi/pulumi";
import * as aws from "./aws";

/** For example `aws`, or `aws-cn`. */
export function partition(): pulumi.Output<string> {
  return aws.getPartitionOutput().partition;
}

/** Domain of the partition's services, for example `amazonaws.com`. */
export function dnsSuffix(): pulumi.Output<string> {
  return aws.getPartitionOutput().dnsSuffix;
}

export function region(): pulumi.Output<string> {
  return aws.getRegionOutput().region;
}

/** Twelve digits. */
export function accountId(): pulumi.Output<string> {
  return aws.getCallerIdentityOutput().accountId;
}

/**
 * The ARN of something in this account and region.
 * @param resource what follows the account, for example `endpoint/name`
 */
export function arnOf(service: string, resource: pulumi.Input<string>): pulumi.Output<string> {
  return pulumi.interpolate`arn:${partition()}:${service}:${region()}:${accountId()}:${resource}`;
}
