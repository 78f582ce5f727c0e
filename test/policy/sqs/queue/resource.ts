import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { subject, type Subject } from "../../../support/policy";

const args = { sqsManagedSseEnabled: true } satisfies pulumi.Unwrap<aws.sqs.QueueArgs>;

/** A queue that keeps every policy. */
export const queue: Subject = subject("aws:sqs/queue:Queue", args);
