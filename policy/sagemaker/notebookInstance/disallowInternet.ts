import { onTypes, type ResourceRule } from "../../support/rule";
import { NOTEBOOK_INSTANCE } from "./resource";

/** What SageMaker does unless told: a network interface of its own, with the internet behind it. */
export const disallowInternet: ResourceRule = {
  name: "sagemaker-notebook-instance-disallow-internet",
  displayName: "Notebooks have no internet of their own",
  description: "A notebook instance must be in a subnet, and reach the internet through it only.",
  enforcementLevel: "mandatory",
  severity: "high",
  tags: ["sagemaker", "security"],
  remediationSteps:
    'Set `directInternetAccess` to "Disabled", and `subnetId` to a subnet with the endpoints it needs.',
  url: "https://docs.aws.amazon.com/securityhub/latest/userguide/sagemaker-controls.html",
  validateResource: onTypes([NOTEBOOK_INSTANCE], (notebook, report) => {
    const access = notebook.at("directInternetAccess");
    if (!access.mayBe((value) => value === "Disabled")) {
      report(`The notebook reaches the internet: set \`${access.path}\` to "Disabled".`);
    }
    const subnet = notebook.at("subnetId");
    if (!subnet.mayBeText) {
      report(`The notebook is in no network of yours: set \`${subnet.path}\`.`);
    }
  }),
};
