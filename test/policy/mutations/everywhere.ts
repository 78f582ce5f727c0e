/** What holds for every resource. */
import { subject, withValue } from "../../support/policy";
import { add, both, drop, honest, mutations, set, type Change, type Mutation } from "./mutation";

const command = (create: string) =>
  add(subject("command:local:Command", { create }, { name: "any" }));

const tagging =
  (tags: object): Change =>
  (subjects) =>
    subjects.map((each) => withValue(each, "tags", tags));
const VISION = { configs: { "aws-resource-require-tags": { required: ["cost-centre=vision"] } } };

const encoded = (text: string) => Buffer.from(text).toString("base64");
const script = "#!/bin/sh\nexport DB_PASSWORD=hunter2\n";

export const everywhere: readonly Mutation[] = [
  ...mutations("aws-resource-disallow-secrets", {
    "a password in a start-up script": add(
      subject("aws:ec2/instance:Instance", { userData: script }),
    ),
    "a password in a start-up script that is encoded": add(
      subject("aws:ec2/launchTemplate:LaunchTemplate", { userData: encoded(script) }),
    ),
    "a password in a notebook's first script": add(
      subject(
        "aws:sagemaker/notebookInstanceLifecycleConfiguration:NotebookInstanceLifecycleConfiguration",
        { onCreate: encoded(script) },
      ),
    ),
    "a password in a container's variables": add(
      subject("aws:ecs/taskDefinition:TaskDefinition", {
        containerDefinitions: JSON.stringify([
          { name: "any", environment: [{ name: "DB_PASSWORD", value: "hunter2" }] },
        ]),
      }),
    ),
    "a token in a start-up script that is encoded": add(
      subject("aws:ec2/instance:Instance", {
        userDataBase64: encoded("#!/bin/sh\nexport API_TOKEN=correcthorse\n"),
      }),
    ),
    "a token given to a container by a command": command(
      "docker run -e API_TOKEN=correcthorse any",
    ),
    "a password in a command": command("curl -H 'X-Api-Key: hunter2' https://example.com"),
    "a password in a plain parameter": add(
      subject("aws:ssm/parameter:Parameter", {
        name: "/any/db-password",
        type: "String",
        value: "hunter2",
      }),
    ),
    "a password that a function is called with": add(
      subject("aws:lambda/invocation:Invocation", {
        functionName: "any",
        input: JSON.stringify({ password: "hunter2" }),
      }),
    ),
    "a password that events carry": add(
      subject("aws:cloudwatch/eventTarget:EventTarget", {
        input: JSON.stringify({ password: "hunter2" }),
      }),
    ),
  }),
  ...honest({
    "a start-up script that asks for a password": add(
      subject("aws:ec2/instance:Instance", {
        userData: "export DB_PASSWORD=$(aws secretsmanager get-secret-value --secret-id any)",
      }),
    ),
    "a password in a parameter that is encrypted": add(
      subject("aws:ssm/parameter:Parameter", {
        name: "/any/db-password",
        type: "SecureString",
        value: "hunter2",
      }),
    ),
  }),
  ...mutations("aws-resource-restrict-regions", {
    "a bucket in another region": set("Bucket", "dataset", "region", "mx-central-1"),
    "a provider of another region": add(
      subject("pulumi:providers:aws", { region: "mx-central-1" }, { name: "default" }),
    ),
    "another provider of another region": add(
      subject("pulumi:providers:awsx", { region: "mx-central-1" }, { name: "default" }),
    ),
  }),
  ...mutations(
    "aws-resource-require-tags",
    {
      "resources without a tag that is required": (subjects) => subjects,
      "one resource without it": both(
        tagging({ "cost-centre": "vision" }),
        drop("Role", "workflow-filter-role", "tags"),
      ),
      "a required tag with nothing in it": tagging({ "cost-centre": "" }),
      "a required tag with a space in it": tagging({ "cost-centre": " " }),
      "a required tag in another case": tagging({ "Cost-Centre": "vision" }),
    },
    { configs: { "aws-resource-require-tags": { required: ["cost-centre"] } } },
  ),
  ...mutations(
    "aws-resource-require-tags",
    { "a required tag with another value": tagging({ "cost-centre": "Vision" }) },
    VISION,
  ),
  ...honest(
    {
      "resources with the required tag": tagging({ "cost-centre": "vision", owner: "" }),
      "resources that the provider gives the required tag": (subjects) =>
        subjects.map((each) => withValue(each, "tagsAll", { "cost-centre": "vision" })),
    },
    VISION,
  ),
  ...mutations("aws-resource-restrict-types", {
    "an endpoint of another provider": add(subject("aws-native:sagemaker:Endpoint", {})),
    "a template": add(subject("aws:cloudformation/stack:Stack", {})),
    "a resource by its description": add(subject("aws:cloudcontrol/resource:Resource", {})),
    "a configuration of another provider": add(
      subject("aws-native:sagemaker:EndpointConfig", { dataCaptureConfig: {} }),
    ),
    "a project that brings its own template": add(subject("aws:sagemaker/project:Project", {})),
    "a bucket of Terraform's provider": add(subject("aws:index/s3Bucket:S3Bucket", {})),
    "a network of Terraform's module": add(subject("vpc:tf:aws_vpc", {})),
    "an application that brings its own template": add(
      subject("aws:serverlessrepository/cloudFormationStack:CloudFormationStack", {}),
    ),
  }),
  ...mutations("aws-resource-disallow-sdk-calls", {
    "a command that makes a configuration": command(
      "aws sagemaker create-endpoint-config --cli-input-json file://config.json",
    ),
    "a command that makes an endpoint by a library": command(
      "python -c \"import boto3; boto3.client('sagemaker').create_endpoint(EndpointName='any')\"",
    ),
    "a command that opens a bucket": command(
      "aws s3api delete-public-access-block --bucket inference",
    ),
    "a command that makes an endpoint by what it decodes": command(
      `echo ${encoded("aws sagemaker create-endpoint --endpoint-name any")} | base64 -d | sh`,
    ),
    "a command that makes what a template says": command(
      "aws cloudformation deploy --stack-name any --template-file any.yaml",
    ),
    "a command that makes what another program says": command("cd serving && pulumi up --yes"),
    "an instance that makes an endpoint when it starts": add(
      subject("aws:ec2/instance:Instance", {
        userData: "#!/bin/sh\naws sagemaker create-endpoint --endpoint-name any",
      }),
    ),
    "a notebook that makes an endpoint when it starts": add(
      subject(
        "aws:sagemaker/notebookInstanceLifecycleConfiguration:NotebookInstanceLifecycleConfiguration",
        { onStart: encoded("#!/bin/sh\naws sagemaker create-endpoint --endpoint-name any") },
      ),
    ),
    "a state of instances that makes an endpoint": add(
      subject("aws:ssm/association:Association", {
        name: "AWS-RunShellScript",
        parameters: { commands: "aws sagemaker create-endpoint --endpoint-name any" },
      }),
    ),
    "a document that makes an endpoint": add(
      subject("aws:ssm/document:Document", {
        content: JSON.stringify({
          mainSteps: [
            {
              action: "aws:executeAwsApi",
              inputs: { Service: "sagemaker", Api: "CreateEndpoint" },
            },
          ],
        }),
      }),
    ),
  }),
  ...honest({
    "a command that copies data": command("aws s3 sync dataset s3://dataset-1a2b3c4/train"),
    "a command that waits for the endpoint": command(
      "aws sagemaker wait endpoint-in-service --endpoint-name any",
    ),
    "a command that installs what it needs": command("pip install sagemaker && apt-get update"),
  }),
];
