import { onTypes, type ResourceRule } from "../../support/rule";
import { mayBeOwnKey } from "../volume";
import { DOMAIN } from "./resource";

export const requireEncryption: ResourceRule = {
  name: "sagemaker-domain-require-encryption",
  displayName: "Studio's files are encrypted with a key of yours",
  description: "The file system of a domain must be encrypted with a customer managed key.",
  enforcementLevel: "mandatory",
  severity: "medium",
  tags: ["sagemaker", "encryption"],
  remediationSteps: "Set `kmsKeyId` to a key of yours.",
  url: "https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateDomain.html",
  validateResource: onTypes([DOMAIN], (domain, report) => {
    const key = domain.at("kmsKeyId");
    if (!mayBeOwnKey(key)) {
      report(`The domain's files have no key of yours: set \`${key.path}\`.`);
    }
  }),
};
