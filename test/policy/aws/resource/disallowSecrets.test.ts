import { disallowSecrets } from "../../../../policy/aws/resource/disallowSecrets";
import { subject, UNKNOWN, withValue } from "../../../support/policy";
import { itDecides } from "../../cases";
import { stateMachine } from "../../sfn/stateMachine/resource";
import { command } from "./resource";

const SCRIPT = "#!/bin/sh\nexport DB_PASSWORD=hunter2\n";
const complaint = (path: string) =>
  `A secret in plain text: replace what is one in \`${path}\` by the ARN of a stored one.`;
const instance = (props: Record<string, unknown>) => subject("aws:ec2/instance:Instance", props);
const project = (variable: object) =>
  subject("aws:codebuild/project:Project", {
    environment: { environmentVariables: [{ name: "DB_PASSWORD", value: "hunter2", ...variable }] },
  });
const VARIABLE = "environment.environmentVariables[0]";
const parameter = (props: Record<string, unknown>) =>
  subject("aws:ssm/parameter:Parameter", { name: "/app/db-password", value: "hunter2", ...props });

describe("policy aws/resource/disallowSecrets", () => {
  itDecides(disallowSecrets, {
    accepts: {
      "a command without any": command,
      "a definition without any": stateMachine,
      "a script that the update will know": withValue(command, "create", UNKNOWN),
      "a script that asks for one": instance({ userData: "PASSWORD=$(aws ssm get-parameter)" }),
      "a variable that names where one is": project({ type: "SECRETS_MANAGER" }),
      "a parameter that is encrypted": parameter({ type: "SecureString" }),
      "a value under such a name in what is no parameter": {
        ...parameter({}),
        type: "aws:cloudwatch/eventTarget:EventTarget",
      },
      "a plain parameter with something else": parameter({ type: "String", name: "/app/region" }),
    },
    refuses: {
      "a start-up script": [instance({ userData: SCRIPT }), complaint("userData")],
      "a start-up script that is encoded": [
        instance({ userDataBase64: Buffer.from(SCRIPT).toString("base64") }),
        complaint("userDataBase64"),
      ],
      "a command's environment": [
        withValue(command, "environment", { API_TOKEN: "hunter2" }),
        complaint("environment"),
      ],
      "a state's arguments": [
        withValue(
          stateMachine,
          "definition",
          JSON.stringify({ States: { Call: { Arguments: { Password: "hunter2" } } } }),
        ),
        complaint("definition"),
      ],
      "a container's variables": [
        subject("aws:ecs/taskDefinition:TaskDefinition", {
          containerDefinitions: JSON.stringify([
            { name: "app", environment: [{ name: "DB_PASSWORD", value: "hunter2" }] },
          ]),
        }),
        complaint("containerDefinitions"),
      ],
      "a build's variable": [project({}), complaint(VARIABLE)],
      "a build's variable that says it is plain": [
        project({ type: "PLAINTEXT" }),
        complaint(VARIABLE),
      ],
      "a plain parameter": [
        parameter({ type: "String" }),
        "A secret in plain text: set `type` to SecureString.",
      ],
    },
    ignores: { "other resources": subject("aws:s3/bucket:Bucket", {}) },
  });
});
