import { subject, UNKNOWN, type Subject } from "../../../support/policy";

const kmsKeyId = "alias/data";

/** A feature group that keeps every policy. */
export const featureGroup: Subject = subject("aws:sagemaker/featureGroup:FeatureGroup", {
  featureGroupName: "features",
  onlineStoreConfig: { enableOnlineStore: true, securityConfig: { kmsKeyId } },
  offlineStoreConfig: { s3StorageConfig: { s3Uri: UNKNOWN, kmsKeyId } },
});
