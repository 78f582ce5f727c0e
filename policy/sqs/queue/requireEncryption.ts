import { onTypes, type ResourceRule } from "../../support/rule";

/** A queue that says nothing is encrypted with a key of the service. */
export const requireEncryption: ResourceRule = {
  name: "sqs-queue-require-encryption",
  displayName: "Queues encrypt what they hold",
  description: "No queue may have its encryption switched off.",
  enforcementLevel: "mandatory",
  severity: "medium",
  tags: ["sqs", "encryption"],
  remediationSteps: "Leave out `sqsManagedSseEnabled`, or set `kmsMasterKeyId` to a key.",
  url: "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-server-side-encryption.html",
  validateResource: onTypes(["aws:sqs/queue:Queue"], (queue, report) => {
    const managed = queue.at("sqsManagedSseEnabled");
    const hasKey = queue.at("kmsMasterKeyId").mayBeText;
    if (!hasKey && managed.is((value) => value !== true)) {
      report(`Messages are not encrypted: leave out \`${managed.path}\`, or set it to true.`);
    }
  }),
};
