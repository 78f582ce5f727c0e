import { requireEncryption } from "../../../../policy/s3/object/requireEncryption";
import { subject, UNKNOWN, without, withValue } from "../../../support/policy";
import { itDecides } from "../../cases";
import { object } from "./resource";

describe("policy s3/object/requireEncryption", () => {
  itDecides(requireEncryption, {
    accepts: {
      "an object with a key": object,
      "an object as its bucket says": without(object, "serverSideEncryption"),
      "what the update will know": withValue(object, "serverSideEncryption", UNKNOWN),
    },
    refuses: {
      "an object with a key of the service": [
        withValue(object, "serverSideEncryption", "AES256"),
        "The object has no key of ours: leave out `serverSideEncryption`, or set it to aws:kms or " +
          "aws:kms:dsse.",
      ],
    },
    ignores: { "other resources": subject("aws:s3/bucketPolicy:BucketPolicy", {}) },
  });
});
