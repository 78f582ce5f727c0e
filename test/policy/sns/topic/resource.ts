import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { subject, type Subject } from "../../../support/policy";

const args = {
  kmsMasterKeyId: "arn:aws:kms:us-east-1:123456789012:key/data",
} satisfies pulumi.Unwrap<aws.sns.TopicArgs>;

/** A topic that keeps every policy. */
export const topic: Subject = subject("aws:sns/topic:Topic", args, { name: "review" });
