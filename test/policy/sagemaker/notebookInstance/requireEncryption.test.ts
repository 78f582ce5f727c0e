import { requireEncryption } from "../../../../policy/sagemaker/notebookInstance/requireEncryption";
import { UNKNOWN, withValue, without } from "../../../support/policy";
import { itDecides } from "../../cases";
import { notebook } from "./resource";

describe("policy sagemaker/notebookInstance/requireEncryption", () => {
  itDecides(requireEncryption, {
    accepts: {
      "a key": notebook,
      "what only the update will know": withValue(notebook, "kmsKeyId", UNKNOWN),
    },
    refuses: {
      "no key": [
        without(notebook, "kmsKeyId"),
        "The notebook's volume has no key of yours: set `kmsKeyId`.",
      ],
      "an empty key": [
        withValue(notebook, "kmsKeyId", ""),
        "The notebook's volume has no key of yours: set `kmsKeyId`.",
      ],
    },
  });
});
