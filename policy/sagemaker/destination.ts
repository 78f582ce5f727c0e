import { BUCKETS } from "../s3/bucket/resource";
import { isLike } from "../support/glob";
import type { Member } from "../support/member";
import type { Property } from "../support/property";

const STACK_KEY = /^aws:kms\//;

/** Setting of rules on where data may go. */
export const bucketsSetting = {
  type: "array",
  items: { type: "string" },
  default: [],
  description: "Names of buckets outside of the stack that data may go to; `*` is a wildcard",
} as const;

/**
 * Whether a place is in a bucket of the stack, or of a listed name. What is unknown is, if it was
 * made from a bucket of the stack.
 * @param path of the place: `outputDataConfig.s3OutputPath`
 * @param uri the place itself, if it is in a list that the path cannot tell
 */
export function isInBucket(
  member: Member,
  stack: readonly Member[],
  path: string,
  listed: readonly string[],
  uri: Property = propertyAt(member.props, path),
): boolean {
  const [property = path] = path.split(".");
  const buckets = stack.filter(({ type }) => BUCKETS.includes(type));
  if (uri.isUnknown) {
    return member.mayComeFrom(property, /^aws:s3\/bucket/);
  }
  return uri.is((text) => {
    const name = bucketOf(text);
    return (
      name !== undefined &&
      (listed.some((form) => isLike(name, form)) ||
        buckets.some((bucket) => {
          const own = bucket.props.at("bucket");
          return own.isKnown
            ? own.is((known) => known === name)
            : member.refersTo(bucket, path, "bucket");
        }))
    );
  });
}

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
  stack: readonly Member[],
  block: string,
  uri: string,
  keys: readonly string[],
): boolean {
  return (
    isApprovedKey(member, stack, block, keys) || isInBucket(member, stack, `${block}.${uri}`, [])
  );
}

function isApprovedKey(
  member: Member,
  stack: readonly Member[],
  block: string,
  keys: readonly string[],
): boolean {
  const key = member.isAsked
    ? member.asked(block).at("kmsKeyId")
    : member.props.at(block).at("kmsKeyId");
  if (key.isUnknown) {
    return member.mayComeFrom(block, STACK_KEY);
  }
  const own = stack.filter(({ type }) => STACK_KEY.test(type));
  return key.is(
    (text) =>
      typeof text === "string" &&
      text !== "" &&
      // Ids and aliases are looked for in this account.
      (!text.startsWith("arn:") ||
        keys.some((form) => isLike(text, form)) ||
        own.some(({ props }) => props.at("arn").is((arn) => arn === text))),
  );
}

/** Setting of rules on how data is encrypted. */
export const keysSetting = {
  type: "array",
  items: { type: "string" },
  default: [],
  description: "ARNs of keys outside of the stack that may be used; `*` is a wildcard",
} as const;

function propertyAt(props: Property, path: string): Property {
  return path.split(".").reduce((at, part) => at.at(part), props);
}

function bucketOf(uri: unknown): string | undefined {
  return typeof uri === "string" ? /^s3:\/\/([^/]+)/.exec(uri)?.[1] : undefined;
}
