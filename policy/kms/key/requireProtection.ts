import { onTypes, type ResourceRule } from "../../support/rule";
import { onlyInStacks, stacksSchema } from "../../support/stackNames";
import { KEYS } from "./resource";

/** Replicas and keys from elsewhere are lost in the same way. */
const PROTECTED = [
  ...KEYS,
  "aws:kms/externalKey:ExternalKey",
  "aws:kms/replicaKey:ReplicaKey",
  "aws:kms/replicaExternalKey:ReplicaExternalKey",
];

export const requireProtection: ResourceRule = {
  name: "kms-key-require-protection",
  displayName: "Keys of production are not deleted by mistake",
  description:
    "In production a key must be protected: without it, what it encrypts is lost for good.",
  enforcementLevel: "mandatory",
  severity: "critical",
  tags: ["kms", "data-loss"],
  remediationSteps:
    "Set the resource option `protect` to true; delete a key by first taking its protection away.",
  url: "https://docs.aws.amazon.com/kms/latest/developerguide/deleting-keys.html",
  configSchema: stacksSchema,
  validateResource: onTypes(PROTECTED, (_key, report, args) => {
    onlyInStacks(args.urn, args);
    if (!args.opts.protect) {
      report("The key can be deleted with the stack: set the resource option `protect` to true.");
    }
  }),
};
