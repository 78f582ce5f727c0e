import { requireMetadataTokens } from "../../../../policy/sagemaker/notebookInstance/requireMetadataTokens";
import { UNKNOWN, withValue, without } from "../../../support/policy";
import { itDecides } from "../../cases";
import { notebook } from "./resource";

describe("policy sagemaker/notebookInstance/requireMetadataTokens", () => {
  itDecides(requireMetadataTokens, {
    accepts: {
      "version 2": notebook,
      "what only the update will know": withValue(
        notebook,
        "instanceMetadataServiceConfiguration",
        UNKNOWN,
      ),
    },
    refuses: {
      "version 1": [
        withValue(
          notebook,
          "instanceMetadataServiceConfiguration.minimumInstanceMetadataServiceVersion",
          "1",
        ),
        'The role\'s credentials are given to any request: set `instanceMetadataServiceConfiguration.minimumInstanceMetadataServiceVersion` to "2".',
      ],
      "nothing said": [
        without(notebook, "instanceMetadataServiceConfiguration"),
        'The role\'s credentials are given to any request: set `instanceMetadataServiceConfiguration.minimumInstanceMetadataServiceVersion` to "2".',
      ],
    },
  });
});
