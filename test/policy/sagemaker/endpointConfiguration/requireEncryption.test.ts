import { requireEncryption } from "../../../../policy/sagemaker/endpointConfiguration/requireEncryption";
import { UNKNOWN, withValue, without } from "../../../support/policy";
import { itDecides } from "../../cases";
import { endpointConfiguration } from "./resource";

const bare = without(endpointConfiguration, "kmsKeyArn");
const KEY = "arn:aws:kms:eu-west-1:123456789012:key/1";
const COMPLAINT = "The endpoint's volumes have no key of yours: set `kmsKeyArn`.";
const onDisksOfItsOwn = (variants: string) =>
  withValue(bare, `${variants}[0].instanceType`, "ml.g5.xlarge");

describe("policy sagemaker/endpointConfiguration/requireEncryption", () => {
  itDecides(requireEncryption, {
    accepts: {
      "an alias": endpointConfiguration,
      "the ARN of a key": withValue(endpointConfiguration, "kmsKeyArn", KEY),
      "a key that is not known yet": withValue(endpointConfiguration, "kmsKeyArn", UNKNOWN),
      // SageMaker refuses a key for all if it cannot have one for some.
      "no key where the model runs on disks of its own": onDisksOfItsOwn("productionVariants"),
      "no key where a shadow does": onDisksOfItsOwn("shadowProductionVariants"),
      "no key for an instance that is not known yet": withValue(
        bare,
        "productionVariants[0].instanceType",
        UNKNOWN,
      ),
      "no key where all is serverless": without(
        withValue(bare, "productionVariants", [{ serverlessConfig: { maxConcurrency: 1 } }]),
        "shadowProductionVariants",
      ),
    },
    refuses: {
      "no key": [bare, COMPLAINT],
      "an empty key": [withValue(bare, "kmsKeyArn", ""), COMPLAINT],
      "AWS's own key": [withValue(bare, "kmsKeyArn", "alias/aws/ebs"), COMPLAINT],
      "AWS's own key by its ARN": [
        withValue(bare, "kmsKeyArn", "arn:aws:kms:eu-west-1:123456789012:alias/aws/ebs"),
        COMPLAINT,
      ],
      "no key beside a serverless variant": [
        withValue(bare, "shadowProductionVariants", [{ serverlessConfig: { maxConcurrency: 1 } }]),
        COMPLAINT,
      ],
    },
    ignores: { "a bucket": { ...bare, type: "aws:s3/bucket:Bucket" } },
  });
});
