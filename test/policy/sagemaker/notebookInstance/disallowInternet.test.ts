import { disallowInternet } from "../../../../policy/sagemaker/notebookInstance/disallowInternet";
import { UNKNOWN, withValue, without } from "../../../support/policy";
import { itDecides } from "../../cases";
import { notebook } from "./resource";

describe("policy sagemaker/notebookInstance/disallowInternet", () => {
  itDecides(disallowInternet, {
    accepts: {
      "a notebook in a subnet": notebook,
      "what only the update will know": withValue(notebook, "subnetId", UNKNOWN),
    },
    refuses: {
      "the internet": [
        withValue(notebook, "directInternetAccess", "Enabled"),
        'The notebook reaches the internet: set `directInternetAccess` to "Disabled".',
      ],
      "nothing said": [
        without(notebook, "directInternetAccess"),
        'The notebook reaches the internet: set `directInternetAccess` to "Disabled".',
      ],
      "another spelling": [
        withValue(notebook, "directInternetAccess", "disabled"),
        'The notebook reaches the internet: set `directInternetAccess` to "Disabled".',
      ],
      "no subnet": [
        without(notebook, "subnetId"),
        "The notebook is in no network of yours: set `subnetId`.",
      ],
    },
  });
});
