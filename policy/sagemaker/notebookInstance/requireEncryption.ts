import { onTypes, type ResourceRule } from "../../support/rule";
import { mayBeOwnKey } from "../volume";
import { NOTEBOOK_INSTANCE } from "./resource";

export const requireEncryption: ResourceRule = {
  name: "sagemaker-notebook-instance-require-encryption",
  displayName: "Notebooks' volumes are encrypted with a key of yours",
  description: "The volume of a notebook instance must be encrypted with a customer managed key.",
  enforcementLevel: "mandatory",
  severity: "medium",
  tags: ["sagemaker", "encryption"],
  remediationSteps: "Set `kmsKeyId` to a key of yours.",
  url: "https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateNotebookInstance.html",
  validateResource: onTypes([NOTEBOOK_INSTANCE], (notebook, report) => {
    const key = notebook.at("kmsKeyId");
    if (!mayBeOwnKey(key)) {
      report(`The notebook's volume has no key of yours: set \`${key.path}\`.`);
    }
  }),
};
