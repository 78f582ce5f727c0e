import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { subject, type Subject } from "../../../support/policy";

/** The statement by which Lambda may assume the role. */
export const trust = {
  Effect: "Allow",
  Principal: { Service: "lambda.amazonaws.com" },
  Action: "sts:AssumeRole",
  Condition: { StringEquals: { "aws:SourceAccount": "123456789012" } },
};

const args = {
  assumeRolePolicy: JSON.stringify({ Version: "2012-10-17", Statement: [trust] }),
} satisfies pulumi.Unwrap<aws.iam.RoleArgs>;

/** A role that keeps every policy. */
export const role: Subject = subject("aws:iam/role:Role", args);
