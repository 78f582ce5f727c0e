import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { subject, type Subject } from "../../../support/policy";
import { logGroup } from "../../cloudwatch/logGroup/resource";

const args = {
  name: "classify-0a1b2c3",
  role: "arn:aws:iam::123456789012:role/classify",
  runtime: "nodejs24.x",
  handler: "index.handler",
  timeout: 30,
  environment: { variables: { ENDPOINT_NAME: "ml-workflow-aws-dev", CLASS_NAMES: '["bicycle"]' } },
  tracingConfig: { mode: "Active" },
  loggingConfig: { logFormat: "JSON", logGroup: "classify" },
} satisfies pulumi.Unwrap<aws.lambda.FunctionArgs>;

/** A function that keeps every policy, together with its log group. */
export const lambdaFunction: Subject = subject("aws:lambda/function:Function", args, {
  propertyDependencies: { loggingConfig: [logGroup] },
});
