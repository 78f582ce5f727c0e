import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { subject, type Subject } from "../../../support/policy";

const args = {
  role: "arn:aws:iam::000000000000:role/classify",
  runtime: "nodejs24.x",
  handler: "index.handler",
  environment: { variables: { ENDPOINT_NAME: "ml-workflow-aws-dev", CLASS_NAMES: '["bicycle"]' } },
} satisfies pulumi.Unwrap<aws.lambda.FunctionArgs>;

/** A function that keeps every policy. */
export const lambdaFunction: Subject = subject("aws:lambda/function:Function", args);
