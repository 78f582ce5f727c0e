import { subject, type Subject } from "../../../support/policy";

/** A notebook that keeps every policy. */
export const notebook: Subject = subject("aws:sagemaker/notebookInstance:NotebookInstance", {
  instanceType: "ml.t3.medium",
  roleArn: "arn:aws:iam::123456789012:role/notebook",
  directInternetAccess: "Disabled",
  subnetId: "subnet-1",
  rootAccess: "Disabled",
  kmsKeyId: "alias/data",
  instanceMetadataServiceConfiguration: { minimumInstanceMetadataServiceVersion: "2" },
});
