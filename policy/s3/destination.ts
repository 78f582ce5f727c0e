import { isLike } from "../support/glob";
import type { Member } from "../support/member";
import type { Property } from "../support/property";
import { BUCKETS } from "./bucket/resource";

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
 * @param place a property of the member
 * @param called the bucket's name, of the place's text; unless given, the text is a URI or an ARN
 */
export function isInBucket(
  member: Member,
  stack: readonly Member[],
  listed: readonly string[],
  place: Property,
  called: (text: string) => string | undefined = bucketOf,
): boolean {
  // What is in a list is made from what its whole property is made from.
  const property = place.path.split(/[.[]/)[0] ?? place.path;
  if (place.isUnknown) {
    return member.mayComeFrom(property, /^aws:s3\/bucket/);
  }
  const buckets = stack.filter(({ type }) => BUCKETS.includes(type));
  return place.is((text) => {
    const name = typeof text === "string" ? called(text) : undefined;
    return (
      name !== undefined &&
      (listed.some((form) => isLike(name, form)) ||
        buckets.some((bucket) => {
          const own = bucket.props.at("bucket");
          return own.isKnown
            ? own.is((known) => known === name)
            : member.refersTo(bucket, property, "bucket");
        }))
    );
  });
}

/** `name` of `s3://name/key` and of `arn:aws:s3:::name/key`. */
function bucketOf(place: string): string | undefined {
  return /^(?:s3:\/\/|arn:[^:]*:s3:::)([^/]+)/.exec(place)?.[1];
}
