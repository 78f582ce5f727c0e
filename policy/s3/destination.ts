import type { StackValidationArgs } from "@pulumi/policy";
import { isLike } from "../support/glob";
import type { Member } from "../support/member";
import type { Property } from "../support/property";
import { defineSettings } from "../support/settings";
import type { Stack } from "../support/stack";
import { BUCKETS } from "./bucket/resource";

/** The settings of rules on where data may go. */
export const destinations = defineSettings({
  buckets: {
    type: "array",
    items: { type: "string" },
    default: [],
    description: "Names of buckets outside of the stack that data may go to; `*` is a wildcard",
  },
});

/**
 * Those of a member's places that are neither in a bucket of the stack nor in a listed one.
 * @param args of the rule, whose settings are the {@link destinations}
 * @param called as in {@link isInBucket}
 */
export function placesElsewhere(
  member: Member,
  stack: Stack,
  args: StackValidationArgs,
  places: readonly Property[],
  called?: (text: string) => string | undefined,
): readonly Property[] {
  const { buckets } = destinations.read(args);
  return places.filter(
    (place) => !place.isAbsent && !isInBucket(member, stack, buckets, place, called),
  );
}

/** What a rule says of a place, a URI, that is elsewhere. */
export function saysElsewhere({ path }: Property): string {
  return (
    `Data leaves the stack: set \`${path}\` to a place in a bucket of the stack, or list its ` +
    "bucket in the policy's config."
  );
}

/**
 * Whether a place is in a bucket of the stack, or of a listed name. What is unknown is, if it was
 * made from a bucket of the stack.
 * @param place a property of the member
 * @param called the bucket's name, of the place's text; unless given, the text is a URI or an ARN
 */
export function isInBucket(
  member: Member,
  stack: Stack,
  listed: readonly string[],
  place: Property,
  called: (text: string) => string | undefined = bucketOf,
): boolean {
  if (place.isUnknown) {
    // What is in a list is made from what its whole property is made from.
    const property = place.path.split(/[.[]/)[0] ?? place.path;
    return member.mayComeFrom(property, /^aws:s3\/bucket/);
  }
  return place.is((text) => {
    const name = typeof text === "string" ? called(text) : undefined;
    return (
      name !== undefined &&
      (listed.some((form) => isLike(name, form)) || stack.named(BUCKETS, "bucket", name).length > 0)
    );
  });
}

/** `name` of `s3://name/key` and of `arn:aws:s3:::name/key`. */
function bucketOf(place: string): string | undefined {
  return /^(?:s3:\/\/|arn:[^:]*:s3:::)([^/]+)/.exec(place)?.[1];
}
