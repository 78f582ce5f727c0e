import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { subject, type Subject } from "../../../support/policy";

const args = {
  name: "classify",
  retentionInDays: 30,
} satisfies pulumi.Unwrap<aws.cloudwatch.LogGroupArgs>;

/** A log group that keeps every policy. */
export const logGroup: Subject = subject("aws:cloudwatch/logGroup:LogGroup", args);
