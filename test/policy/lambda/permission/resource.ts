import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { subject, type Subject } from "../../../support/policy";

const args = {
  function: "classify-0a1b2c3",
  action: "lambda:InvokeFunction",
  principal: "events.amazonaws.com",
  sourceArn: "arn:aws:events:us-east-1:123456789012:rule/daily",
} satisfies pulumi.Unwrap<aws.lambda.PermissionArgs>;

/** A permission that keeps every policy. */
export const permission: Subject = subject("aws:lambda/permission:Permission", args);
