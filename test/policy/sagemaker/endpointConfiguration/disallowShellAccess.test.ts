import { disallowShellAccess } from "../../../../policy/sagemaker/endpointConfiguration/disallowShellAccess";
import { UNKNOWN, withValue } from "../../../support/policy";
import { itDecides } from "../../cases";
import { endpointConfiguration } from "./resource";

const at = (list: string, value: unknown) =>
  withValue(endpointConfiguration, `${list}[0].enableSsmAccess`, value);
const complaint = (list: string) =>
  `People can enter the container: leave out \`${list}[0].enableSsmAccess\`, or set it to false.`;

describe("policy sagemaker/endpointConfiguration/disallowShellAccess", () => {
  itDecides(disallowShellAccess, {
    accepts: {
      "nothing said": endpointConfiguration,
      "no access": at("productionVariants", false),
      "access that only the update will know": at("productionVariants", UNKNOWN),
    },
    refuses: {
      access: [at("productionVariants", true), complaint("productionVariants")],
      "access to a shadow": [
        at("shadowProductionVariants", true),
        complaint("shadowProductionVariants"),
      ],
      "access by a text": [at("productionVariants", "true"), complaint("productionVariants")],
    },
  });
});
