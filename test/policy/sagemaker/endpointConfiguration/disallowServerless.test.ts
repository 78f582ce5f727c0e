import { disallowServerless } from "../../../../policy/sagemaker/endpointConfiguration/disallowServerless";
import { UNKNOWN, withValue } from "../../../support/policy";
import { itDecides } from "../../cases";
import { endpointConfiguration } from "./resource";

const complaint = (list: string) =>
  `A serverless variant captures nothing: leave out \`${list}[0].serverlessConfig\`, and set ` +
  "`instanceType` and `initialInstanceCount` in its place.";
const at = (list: string, value: unknown) =>
  withValue(endpointConfiguration, `${list}[0].serverlessConfig`, value);

describe("policy sagemaker/endpointConfiguration/disallowServerless", () => {
  itDecides(disallowServerless, {
    accepts: {
      "variants on instances": endpointConfiguration,
      "variants that are not known yet": withValue(
        endpointConfiguration,
        "productionVariants",
        UNKNOWN,
      ),
      "null in the place of a setting": at("productionVariants", null),
    },
    refuses: {
      "a serverless variant": [
        at("productionVariants", { maxConcurrency: 1 }),
        complaint("productionVariants"),
      ],
      "a serverless shadow": [
        at("shadowProductionVariants", {}),
        complaint("shadowProductionVariants"),
      ],
      "settings that only the update will know": [
        at("productionVariants", UNKNOWN),
        complaint("productionVariants"),
      ],
    },
  });
});
