import { subject, type Subject } from "../../../support/policy";

const kmsKeyId = "arn:aws:kms:eu-west-1:000000000000:key/1";

/** A feature group that keeps every policy. */
export const featureGroup: Subject = subject("aws:sagemaker/featureGroup:FeatureGroup", {
  featureGroupName: "features",
  onlineStoreConfig: { enableOnlineStore: true, securityConfig: { kmsKeyId } },
  offlineStoreConfig: { s3StorageConfig: { s3Uri: "s3://features/offline", kmsKeyId } },
});
