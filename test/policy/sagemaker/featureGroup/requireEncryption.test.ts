import { requireEncryption } from "../../../../policy/sagemaker/featureGroup/requireEncryption";
import { UNKNOWN, withValue, without } from "../../../support/policy";
import { itDecides } from "../../cases";
import { featureGroup } from "./resource";

describe("policy sagemaker/featureGroup/requireEncryption", () => {
  itDecides(requireEncryption, {
    accepts: {
      "keys of both stores": featureGroup,
      "what only the update will know": withValue(featureGroup, "onlineStoreConfig", UNKNOWN),
      "no online store": without(featureGroup, "onlineStoreConfig"),
    },
    refuses: {
      "an online store without a key": [
        without(featureGroup, "onlineStoreConfig.securityConfig"),
        "Features have no key of yours: set `onlineStoreConfig.securityConfig.kmsKeyId`.",
      ],
      "an offline store without a key": [
        withValue(featureGroup, "offlineStoreConfig", { s3StorageConfig: { s3Uri: "s3://a/b" } }),
        "Features have no key of yours: set `offlineStoreConfig.s3StorageConfig.kmsKeyId`.",
      ],
    },
  });
});
