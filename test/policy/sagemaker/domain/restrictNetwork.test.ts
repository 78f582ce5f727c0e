import { restrictNetwork } from "../../../../policy/sagemaker/domain/restrictNetwork";
import { UNKNOWN, withValue, without } from "../../../support/policy";
import { itDecides } from "../../cases";
import { domain } from "./resource";

describe("policy sagemaker/domain/restrictNetwork", () => {
  itDecides(restrictNetwork, {
    accepts: {
      "a domain without the internet": domain,
      "what only the update will know": withValue(domain, "appNetworkAccessType", UNKNOWN),
    },
    refuses: {
      "the internet": [
        withValue(domain, "appNetworkAccessType", "PublicInternetOnly"),
        'Apps of the domain reach the internet: set `appNetworkAccessType` to "VpcOnly".',
      ],
      "nothing said": [
        without(domain, "appNetworkAccessType"),
        'Apps of the domain reach the internet: set `appNetworkAccessType` to "VpcOnly".',
      ],
    },
  });
});
