import { BUCKETS } from "../s3/bucket/resource";
import type { Member } from "../support/member";

/**
 * Whether data that SageMaker writes is encrypted: with a key of its own, or because it goes into
 * a bucket of the stack, for which there is a policy.
 * @param block with `kmsKeyId` in it: `outputDataConfig`
 * @param uri of the block: `s3OutputPath`
 */
export function isEncrypted(
  member: Member,
  stack: readonly Member[],
  block: string,
  uri: string,
): boolean {
  const settings = member.props.at(block);
  const buckets = stack.filter(({ type }) => BUCKETS.includes(type));
  return (
    settings.at("kmsKeyId").mayBe((value) => typeof value === "string" && value !== "") ||
    settings.at(uri).isUnknown ||
    buckets.some((bucket) => member.refersTo(bucket, `${block}.${uri}`, "bucket", bucketOf))
  );
}

function bucketOf(uri: string): string | undefined {
  return /^s3:\/\/([^/]+)/.exec(uri)?.[1];
}
