import { onTypes, type ResourceRule } from "../../support/rule";
import { isSecret } from "../../support/secrets";
import { TRAINING_JOB } from "../trainingJob/resource";
import { everywhere, WORKLOADS } from "./resource";

const TYPES = [
  "aws:sagemaker/appImageConfig:AppImageConfig",
  "aws:sagemaker/model:Model",
  TRAINING_JOB,
  ...WORKLOADS,
];

/** What containers are given as text: everyone who may describe the resource reads it. */
const MAPS = [
  ...["environment", "containerEnvironmentVariables"],
  ...["hyperParameters", "staticHyperParameters"],
];

export const disallowSecrets: ResourceRule = {
  name: "sagemaker-workload-disallow-secrets",
  displayName: "No secrets in environments and hyperparameters",
  description:
    "Models and jobs must not carry secrets in their containers' environments or hyperparameters.",
  enforcementLevel: "mandatory",
  severity: "high",
  tags: ["sagemaker", "security"],
  remediationSteps:
    "Keep the secret in Secrets Manager, pass its ARN in a variable whose name ends in `_ARN`, and " +
    "read it in the container.",
  url: "https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ContainerDefinition.html",
  validateResource: onTypes(TYPES, (resource, report) => {
    const entries = MAPS.flatMap((name) => everywhere(resource, name)).flatMap((map) =>
      map.entries(),
    );
    for (const [name, value] of entries) {
      if (isSecret(name, value)) {
        report(`A secret in plain text: replace \`${value.path}\` by the ARN of a stored secret.`);
      }
    }
  }),
};
