import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { subject, type Subject } from "../../../support/policy";

const args = {
  role: "classify",
  policy: JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Action: ["sagemaker:InvokeEndpoint"],
        Resource: ["arn:aws:sagemaker:us-east-1:123456789012:endpoint/ml-workflow-aws-dev"],
      },
    ],
  }),
} satisfies pulumi.Unwrap<aws.iam.RolePolicyArgs>;

/** An inline policy that keeps every policy of the pack. */
export const rolePolicy: Subject = subject("aws:iam/rolePolicy:RolePolicy", args);
