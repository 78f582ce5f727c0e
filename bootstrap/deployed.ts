/** What is deployed by the roles that are made here. */

/** Project's name in the Pulumi.yaml beside this folder. */
export const project = "ml-workflow-aws";

/** Those that `.github/workflows/deploy.yml` updates. */
export const stacks = ["dev", "prod"] as const;
