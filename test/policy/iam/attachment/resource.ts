import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { subject, type Subject } from "../../../support/policy";

const args = {
  role: "classify",
  policyArn: "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole",
} satisfies pulumi.Unwrap<aws.iam.RolePolicyAttachmentArgs>;

/** An attachment that keeps every policy. */
export const attachment: Subject = subject(
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
  args,
);
