import { disallowSdkCalls } from "../../../../policy/aws/resource/disallowSdkCalls";
import { subject, UNKNOWN, withValue } from "../../../support/policy";
import { itDecides } from "../../cases";
import { command } from "./resource";

const MAKING = "aws sagemaker create-endpoint-config --cli-input-json file://all.json";
const LIFECYCLE = "sagemaker/notebookInstanceLifecycleConfiguration";
const complaint = (path: string) =>
  `A resource is made or changed that no policy sees: declare it in the program in place of \`${path}\`.`;

describe("policy aws/resource/disallowSdkCalls", () => {
  itDecides(disallowSdkCalls, {
    accepts: {
      "a command that makes nothing": command,
      "a command that the update will know": withValue(command, "create", UNKNOWN),
      "a document of other steps": subject("aws:ssm/document:Document", {
        content: '{"mainSteps":[{"action":"aws:runCommand"}]}',
      }),
    },
    refuses: {
      "a command that makes a configuration": [
        withValue(command, "create", MAKING),
        complaint("create"),
      ],
      "a command that changes one later": [
        withValue(command, "update", MAKING),
        complaint("update"),
      ],
      "a command that is told by its environment": [
        withValue(command, "environment", { RUN: MAKING }),
        complaint("environment.RUN"),
      ],
      "a command elsewhere": [
        subject("command:remote:Command", { create: MAKING }),
        complaint("create"),
      ],
      ...Object.fromEntries(
        (
          [
            ["ec2/instance:Instance", "userData"],
            ["ec2/instance:Instance", "userDataBase64"],
            ["ec2/launchTemplate:LaunchTemplate", "userData"],
            [`${LIFECYCLE}:NotebookInstanceLifecycleConfiguration`, "onCreate"],
            [`${LIFECYCLE}:NotebookInstanceLifecycleConfiguration`, "onStart"],
            [
              "sagemaker/studioLifecycleConfig:StudioLifecycleConfig",
              "studioLifecycleConfigContent",
            ],
            ["ssm/association:Association", "parameters"],
          ] as const
        ).map(([type, property]) => [
          `${property} of ${type}, encoded`,
          [
            subject(`aws:${type}`, { [property]: Buffer.from(MAKING).toString("base64") }),
            complaint(property),
          ] as const,
        ]),
      ),
      "a document that makes an endpoint": [
        subject("aws:ssm/document:Document", {
          content: '{"inputs":{"Service":"sagemaker","Api":"CreateEndpoint"}}',
        }),
        complaint("content"),
      ],
    },
    ignores: { "other resources": subject("aws:s3/bucket:Bucket", {}) },
  });
});
