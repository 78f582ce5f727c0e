import { onTypes, type ResourceRule } from "../../support/rule";
import { NOTEBOOK_INSTANCE } from "./resource";

/** Version 1 of the metadata service gives the role's credentials to whoever forges a request. */
export const requireMetadataTokens: ResourceRule = {
  name: "sagemaker-notebook-instance-require-metadata-tokens",
  displayName: "Notebooks' metadata is given for tokens only",
  description: "A notebook instance must not offer version 1 of the instance metadata service.",
  enforcementLevel: "mandatory",
  severity: "medium",
  tags: ["sagemaker", "security"],
  remediationSteps:
    'Set `instanceMetadataServiceConfiguration.minimumInstanceMetadataServiceVersion` to "2".',
  url: "https://docs.aws.amazon.com/sagemaker/latest/dg/nbi-imds.html",
  validateResource: onTypes([NOTEBOOK_INSTANCE], (notebook, report) => {
    const version = notebook
      .at("instanceMetadataServiceConfiguration")
      .at("minimumInstanceMetadataServiceVersion");
    if (!version.mayBe((value) => value === "2")) {
      report(`The role's credentials are given to any request: set \`${version.path}\` to "2".`);
    }
  }),
};
