import { onTypes, type ResourceRule } from "../../support/rule";
import { makesCalls } from "../../support/sdkCalls";
import { COMMANDS } from "./resource";

/** What runs a script, and where the script is. */
const SCRIPTS: Readonly<Record<string, readonly string[]>> = {
  "aws:batch/jobDefinition:JobDefinition": [
    ...["containerProperties", "ecsProperties", "eksProperties", "nodeProperties"],
  ],
  "aws:codebuild/project:Project": ["source"],
  "aws:ec2/instance:Instance": ["userData", "userDataBase64"],
  "aws:ec2/launchConfiguration:LaunchConfiguration": ["userData", "userDataBase64"],
  "aws:ec2/launchTemplate:LaunchTemplate": ["userData"],
  "aws:ecs/taskDefinition:TaskDefinition": ["containerDefinitions"],
  "aws:imagebuilder/component:Component": ["data"],
  "aws:sagemaker/notebookInstanceLifecycleConfiguration:NotebookInstanceLifecycleConfiguration": [
    "onCreate",
    "onStart",
  ],
  "aws:sagemaker/studioLifecycleConfig:StudioLifecycleConfig": ["studioLifecycleConfigContent"],
  "aws:ssm/association:Association": ["parameters"],
  "aws:ssm/document:Document": ["content"],
  ...COMMANDS,
};

export const disallowSdkCalls: ResourceRule = {
  name: "aws-resource-disallow-sdk-calls",
  displayName: "No script makes what no policy can see",
  description:
    "No command, document, build, container or start-up script may call what makes or changes " +
    "SageMaker's resources, templates, rights, buckets or functions.",
  enforcementLevel: "mandatory",
  severity: "high",
  tags: ["aws", "compliance"],
  remediationSteps: "Declare the resource in the program in place of the command that makes it.",
  url: "https://docs.aws.amazon.com/cli/latest/reference/sagemaker/",
  validateResource: onTypes(Object.keys(SCRIPTS), (resource, report, { type }) => {
    const texts = (SCRIPTS[type] ?? []).flatMap((name) => resource.at(name).leaves());
    for (const text of texts) {
      if (text.is((script) => typeof script === "string" && makesCalls(script))) {
        report(
          "A resource is made or changed that no policy sees: declare it in the program in place of " +
            `\`${text.path}\`.`,
        );
      }
    }
  }),
};
