import { requireEncryption } from "../../../../policy/sagemaker/domain/requireEncryption";
import { UNKNOWN, withValue, without } from "../../../support/policy";
import { itDecides } from "../../cases";
import { domain } from "./resource";

describe("policy sagemaker/domain/requireEncryption", () => {
  itDecides(requireEncryption, {
    accepts: {
      "a key": domain,
      "what only the update will know": withValue(domain, "kmsKeyId", UNKNOWN),
    },
    refuses: {
      "no key": [
        without(domain, "kmsKeyId"),
        "The domain's files have no key of yours: set `kmsKeyId`.",
      ],
      "an empty key": [
        withValue(domain, "kmsKeyId", ""),
        "The domain's files have no key of yours: set `kmsKeyId`.",
      ],
    },
  });
});
