import { onTypes, type ResourceRule } from "../../support/rule";
import { NOTEBOOK_INSTANCE } from "./resource";

export const disallowRootAccess: ResourceRule = {
  name: "sagemaker-notebook-instance-disallow-root-access",
  displayName: "Users of notebooks are not root",
  description: "Users of a notebook instance must not have root access to it.",
  enforcementLevel: "mandatory",
  severity: "high",
  tags: ["sagemaker", "security"],
  remediationSteps:
    'Set `rootAccess` to "Disabled"; lifecycle configurations run as root all the same.',
  url: "https://docs.aws.amazon.com/sagemaker/latest/dg/nbi-root-access.html",
  validateResource: onTypes([NOTEBOOK_INSTANCE], (notebook, report) => {
    const access = notebook.at("rootAccess");
    if (!access.mayBe((value) => value === "Disabled")) {
      report(`Users of the notebook are root: set \`${access.path}\` to "Disabled".`);
    }
  }),
};
