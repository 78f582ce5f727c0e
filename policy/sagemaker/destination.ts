import { isInBucket } from "../s3/destination";
import { isLike } from "../support/glob";
import type { Member } from "../support/member";
import type { Stack } from "../support/stack";

const STACK_KEY = /^aws:kms\//;

/**
 * Whether data that SageMaker writes is encrypted: with a key of its own, or because it goes into
 * a bucket of the stack, for which there is a policy. An ARN that is no key's of the stack may be
 * another account's.
 * @param block with `kmsKeyId` in it: `outputDataConfig`
 * @param uri of the block: `s3OutputPath`
 * @param keys forms of the ARNs of other keys that may be used
 */
export function isEncrypted(
  member: Member,
  stack: Stack,
  block: string,
  uri: string,
  keys: readonly string[],
): boolean {
  return (
    isApprovedKey(member, stack, block, keys) ||
    isInBucket(member, stack, [], member.props.at(block).at(uri))
  );
}

function isApprovedKey(
  member: Member,
  stack: Stack,
  block: string,
  keys: readonly string[],
): boolean {
  const key = member.isAsked
    ? member.asked(block).at("kmsKeyId")
    : member.props.at(block).at("kmsKeyId");
  if (key.isUnknown) {
    return member.mayComeFrom(block, STACK_KEY);
  }
  return key.is(
    (text) =>
      typeof text === "string" &&
      text !== "" &&
      // Ids and aliases are looked for in this account.
      (!text.startsWith("arn:") ||
        keys.some((form) => isLike(text, form)) ||
        stack.named(stack.typesLike(STACK_KEY), "arn", text).length > 0),
  );
}

/** Setting of rules on how data is encrypted. */
export const keysSetting = {
  type: "array",
  items: { type: "string" },
  default: [],
  description: "ARNs of keys outside of the stack that may be used; `*` is a wildcard",
} as const;
