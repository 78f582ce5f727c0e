import { onTypes, type ResourceRule } from "../../support/rule";
import { KEYS } from "./resource";

/** In days. */
const YEAR = 365;

export const enableRotation: ResourceRule = {
  name: "kms-key-enable-rotation",
  displayName: "Keys are rotated",
  description: "A key that encrypts must get new material every year.",
  enforcementLevel: "mandatory",
  severity: "medium",
  tags: ["kms", "encryption"],
  remediationSteps: "Set `enableKeyRotation` to true; its default is false.",
  url: "https://docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html",
  validateResource: onTypes(KEYS, (key, report, args) => {
    // Only these can be rotated by the service.
    const isOther = (property: string, usual: string) =>
      key.at(property).is((value) => value !== usual);
    if (
      isOther("customerMasterKeySpec", "SYMMETRIC_DEFAULT") ||
      isOther("keyUsage", "ENCRYPT_DECRYPT")
    ) {
      args.notApplicable("The service rotates symmetric keys for encryption only");
    }
    if (key.at("customKeyStoreId").mayBeText) {
      args.notApplicable("The service rotates no keys of a store that is not its own");
    }
    const period = key.at("rotationPeriodInDays");
    if (!period.isAbsent && !period.mayBe((days) => typeof days === "number" && days <= YEAR)) {
      report(`The key is rotated too rarely: set \`${period.path}\` to ${YEAR} or less.`);
    }
    if (!key.at("enableKeyRotation").mayBe((value) => value === true)) {
      report("The key is never rotated: set `enableKeyRotation` to true.");
    }
  }),
};
