import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { subject, type Subject } from "../../../support/policy";

const args = {
  enableKeyRotation: true,
  policy: JSON.stringify({
    Statement: [
      {
        Effect: "Allow",
        Principal: { AWS: "arn:aws:iam::123456789012:root" },
        Action: "kms:*",
        Resource: "*",
      },
    ],
  }),
} satisfies pulumi.Unwrap<aws.kms.KeyArgs>;

/** A key that keeps every policy. */
export const key: Subject = subject("aws:kms/key:Key", args, { protect: true });
