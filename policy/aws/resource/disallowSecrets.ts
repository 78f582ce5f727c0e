import type { Property } from "../../support/property";
import { onTypes, type ResourceRule } from "../../support/rule";
import { isSecret } from "../../support/secrets";
import { COMMANDS } from "./resource";

/** Where texts, maps and lists of settings are; functions, models and jobs have policies of their own. */
const PLACES: Readonly<Record<string, readonly string[]>> = {
  "aws:amplify/app:App": ["environmentVariables"],
  "aws:amplify/branch:Branch": ["environmentVariables"],
  "aws:apprunner/service:Service": ["sourceConfiguration"],
  "aws:batch/jobDefinition:JobDefinition": [
    ...["containerProperties", "ecsProperties", "eksProperties", "nodeProperties", "parameters"],
  ],
  "aws:cloudwatch/eventTarget:EventTarget": ["input"],
  "aws:codebuild/project:Project": ["environment.environmentVariables", "source"],
  "aws:ec2/instance:Instance": ["userData", "userDataBase64"],
  "aws:ec2/launchConfiguration:LaunchConfiguration": ["userData", "userDataBase64"],
  "aws:ec2/launchTemplate:LaunchTemplate": ["userData"],
  "aws:ecs/taskDefinition:TaskDefinition": ["containerDefinitions"],
  "aws:glue/job:Job": ["defaultArguments", "nonOverridableArguments"],
  "aws:lambda/invocation:Invocation": ["input"],
  "aws:s3/bucketObject:BucketObject": ["content"],
  "aws:s3/bucketObjectv2:BucketObjectv2": ["content"],
  "aws:sagemaker/codeRepository:CodeRepository": ["gitConfig.repositoryUrl"],
  "aws:sagemaker/notebookInstanceLifecycleConfiguration:NotebookInstanceLifecycleConfiguration": [
    "onCreate",
    "onStart",
  ],
  "aws:sagemaker/studioLifecycleConfig:StudioLifecycleConfig": ["studioLifecycleConfigContent"],
  "aws:scheduler/schedule:Schedule": ["target.input"],
  "aws:sfn/stateMachine:StateMachine": ["definition"],
  "aws:ssm/document:Document": ["content"],
  ...COMMANDS,
};

const PARAMETER = "aws:ssm/parameter:Parameter";

export const disallowSecrets: ResourceRule = {
  name: "aws-resource-disallow-secrets",
  displayName: "No secrets in scripts, definitions and parameters",
  description:
    "No start-up script, definition, container, command, object or plain parameter may carry a secret.",
  enforcementLevel: "mandatory",
  severity: "high",
  tags: ["aws", "security"],
  remediationSteps:
    "Keep the secret in Secrets Manager, pass its ARN, and read it where it is used; make a parameter a " +
    "SecureString.",
  url: "https://docs.aws.amazon.com/secretsmanager/latest/userguide/best-practices.html",
  validateResource: onTypes([...Object.keys(PLACES), PARAMETER], (resource, report, { type }) => {
    const places = (PLACES[type] ?? []).flatMap((path) => resource.within(path));
    const found = places.filter((place) => !isReference(place) && isSecret("", place));
    for (const { path } of found) {
      report(
        `A secret in plain text: replace what is one in \`${path}\` by the ARN of a stored one.`,
      );
    }
    const isPlain = !resource.at("type").mayBe((value) => value === "SecureString");
    const name = resource.at("name").text?.split("/").at(-1) ?? "";
    if (type === PARAMETER && isPlain && isSecret(name, resource.at("value"))) {
      report("A secret in plain text: set `type` to SecureString.");
    }
  }),
};

/** A variable of CodeBuild that names where the secret is. */
function isReference(place: Property): boolean {
  return place.at("type").is((value) => value !== "PLAINTEXT");
}
