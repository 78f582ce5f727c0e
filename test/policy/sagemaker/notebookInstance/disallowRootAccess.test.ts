import { disallowRootAccess } from "../../../../policy/sagemaker/notebookInstance/disallowRootAccess";
import { UNKNOWN, withValue, without } from "../../../support/policy";
import { itDecides } from "../../cases";
import { notebook } from "./resource";

describe("policy sagemaker/notebookInstance/disallowRootAccess", () => {
  itDecides(disallowRootAccess, {
    accepts: {
      "users that are not root": notebook,
      "what only the update will know": withValue(notebook, "rootAccess", UNKNOWN),
    },
    refuses: {
      root: [
        withValue(notebook, "rootAccess", "Enabled"),
        'Users of the notebook are root: set `rootAccess` to "Disabled".',
      ],
      "nothing said": [
        without(notebook, "rootAccess"),
        'Users of the notebook are root: set `rootAccess` to "Disabled".',
      ],
      "a switch": [
        withValue(notebook, "rootAccess", false),
        'Users of the notebook are root: set `rootAccess` to "Disabled".',
      ],
    },
  });
});
