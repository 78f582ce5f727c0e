import { enableNetworkIsolation } from "../../../../policy/sagemaker/model/enableNetworkIsolation";
import { UNKNOWN, withValue, without } from "../../../support/policy";
import { itDecides } from "../../cases";
import { model } from "./resource";

const COMPLAINT = "The containers reach the network: set `enableNetworkIsolation` to true.";
const set = (value: unknown) => withValue(model, "enableNetworkIsolation", value);

describe("policy sagemaker/model/enableNetworkIsolation", () => {
  itDecides(enableNetworkIsolation, {
    accepts: { isolation: model, "what only the update will know": set(UNKNOWN) },
    refuses: {
      "no isolation": [set(false), COMPLAINT],
      "isolation by a text": [set("true"), COMPLAINT],
      "nothing said": [without(model, "enableNetworkIsolation"), COMPLAINT],
    },
  });
});
