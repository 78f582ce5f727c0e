import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { subject, type Subject } from "../../../support/policy";

const args = {
  endpointConfigName: "hosting-0a1b2c3",
  region: "us-east-1",
  deploymentConfig: {
    autoRollbackConfiguration: { alarms: [{ alarmName: "hosting-errors" }] },
  },
} satisfies pulumi.Unwrap<aws.sagemaker.EndpointArgs>;

/** An endpoint that keeps every policy. */
export const endpoint: Subject = subject("aws:sagemaker/endpoint:Endpoint", args);
