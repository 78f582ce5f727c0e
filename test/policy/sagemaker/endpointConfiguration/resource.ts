import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { subject, type Subject } from "../../../support/policy";

const args = {
  name: "hosting-0a1b2c3",
  kmsKeyArn: "alias/data",
  productionVariants: [
    {
      modelName: "model",
      variantName: "AllTraffic",
      instanceType: "ml.m5.xlarge",
      initialInstanceCount: 1,
    },
  ],
  shadowProductionVariants: [
    {
      modelName: "candidate",
      variantName: "Shadow",
      instanceType: "ml.m5.xlarge",
      initialInstanceCount: 1,
    },
  ],
  dataCaptureConfig: {
    enableCapture: true,
    initialSamplingPercentage: 100,
    destinationS3Uri: "s3://inference/Project_2_Extended/data_capture",
    captureOptions: [{ captureMode: "Input" }, { captureMode: "Output" }],
  },
} satisfies pulumi.Unwrap<aws.sagemaker.EndpointConfigurationArgs>;

/** An endpoint configuration that keeps every policy. */
export const endpointConfiguration: Subject = subject(
  "aws:sagemaker/endpointConfiguration:EndpointConfiguration",
  args,
  { name: "hosting" },
);
