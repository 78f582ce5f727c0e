import { subject, type Subject } from "../../../support/policy";

/** A domain that keeps every policy. */
export const domain: Subject = subject("aws:sagemaker/domain:Domain", {
  domainName: "team",
  authMode: "IAM",
  vpcId: "vpc-1",
  subnetIds: ["subnet-1"],
  appNetworkAccessType: "VpcOnly",
  kmsKeyId: "alias/data",
  defaultUserSettings: {
    executionRole: "arn:aws:iam::123456789012:role/studio",
    jupyterServerAppSettings: { defaultResourceSpec: { instanceType: "system" } },
  },
});
