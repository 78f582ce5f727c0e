import { restrictOwnership } from "../../../../policy/s3/bucket/restrictOwnership";
import { subject, UNKNOWN, withValue, without } from "../../../support/policy";
import { itDecides } from "../../cases";
import { ownership } from "./resource";

const REFUSAL =
  "Objects may be somebody else's: set `rule.objectOwnership` to BucketOwnerEnforced.";

describe("policy s3/bucket/restrictOwnership", () => {
  itDecides(restrictOwnership, {
    accepts: {
      "the bucket's owner": ownership,
      "what the update will know": withValue(ownership, "rule.objectOwnership", UNKNOWN),
    },
    refuses: {
      "who writes": [withValue(ownership, "rule.objectOwnership", "ObjectWriter"), REFUSAL],
      "the owner, if the writer allows": [
        withValue(ownership, "rule.objectOwnership", "BucketOwnerPreferred"),
        REFUSAL,
      ],
      "no rule": [without(ownership, "rule"), REFUSAL],
    },
    ignores: { "a bucket, which is its owner's unless told": subject("aws:s3/bucket:Bucket", {}) },
  });

  describe("with a listed setting", () => {
    itDecides(restrictOwnership, {
      accepts: {
        "that one": withValue(ownership, "rule.objectOwnership", "BucketOwnerPreferred"),
      },
      refuses: {},
      config: { allowed: ["BucketOwnerEnforced", "BucketOwnerPreferred"] },
    });
  });
});
