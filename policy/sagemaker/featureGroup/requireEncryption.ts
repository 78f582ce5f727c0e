import { onTypes, type ResourceRule } from "../../support/rule";
import { mayBeOwnKey } from "../volume";

const FEATURE_GROUP = "aws:sagemaker/featureGroup:FeatureGroup";

/** Each store with the place of its key. */
const STORES = [
  ["onlineStoreConfig", "securityConfig"],
  ["offlineStoreConfig", "s3StorageConfig"],
] as const;

export const requireEncryption: ResourceRule = {
  name: "sagemaker-feature-group-require-encryption",
  displayName: "Features are encrypted with a key of yours",
  description:
    "The online and the offline store of a feature group must be encrypted with a customer managed " +
    "key.",
  enforcementLevel: "mandatory",
  severity: "medium",
  tags: ["sagemaker", "encryption"],
  remediationSteps:
    "Set `onlineStoreConfig.securityConfig.kmsKeyId` and `offlineStoreConfig.s3StorageConfig.kmsKeyId`.",
  url: "https://docs.aws.amazon.com/sagemaker/latest/dg/feature-store-security.html",
  validateResource: onTypes([FEATURE_GROUP], (group, report) => {
    for (const [store, block] of STORES) {
      const key = group.at(store).at(block).at("kmsKeyId");
      const isUsed = !group.at(store).isAbsent;
      if (isUsed && !mayBeOwnKey(key)) {
        report(`Features have no key of yours: set \`${key.path}\`.`);
      }
    }
  }),
};
