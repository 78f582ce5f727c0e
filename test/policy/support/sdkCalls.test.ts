import { expect } from "chai";
import { isMakingCall, makesCalls } from "../../../policy/support/sdkCalls";

/** One test for each text. */
function itTells(
  title: string,
  tell: (text: string) => boolean,
  expected: boolean,
  texts: readonly string[],
): void {
  for (const text of texts) {
    it(`${title} ${JSON.stringify(text)}`, () => {
      expect(tell(text)).to.equal(expected);
    });
  }
}

describe("calls that make what policies judge", () => {
  itTells("are", isMakingCall, true, [
    "sagemaker:createEndpoint",
    "SageMaker:CreateEndpoint",
    "iam:putRolePolicy",
  ]);

  itTells("are not", isMakingCall, false, [
    "sagemaker:invokeEndpoint",
    "s3:putObject",
    "iam:getRole",
    "create",
  ]);

  itTells("are made by", makesCalls, true, [
    "aws sagemaker create-endpoint-config --endpoint-config-name a",
    "aws --region eu-west-1 sagemaker update-endpoint --endpoint-name a",
    "set -e; aws s3api put-bucket-policy --bucket a --policy file://p.json",
    "aws stepfunctions update-state-machine --state-machine-arn a",
    "python -c 'import boto3; boto3.client(\"sagemaker\").create_endpoint_config(**a)'",
    "await new SageMakerClient({}).send(new CreateEndpointCommand(a)) // @aws-sdk/client-sagemaker",
    '{"Action":"aws:executeAwsApi","Service":"sagemaker","Api":"CreateEndpointConfig"}',
    "aws cloudformation deploy --stack-name a --template-file t.yaml",
    "terraform -chdir=serving apply -auto-approve",
    "npx cdk deploy",
    `echo ${Buffer.from("cdk deploy --all").toString("base64")} | base64 -d | sh`,
    `python -c "exec(b64decode('${Buffer.from("boto3.client('iam').create_role()").toString("base64")}'))"`,
    "pulumi --cwd other up --yes",
  ]);

  itTells("are not made by", makesCalls, false, [
    "node etl/cli.js load --bucket a",
    "aws s3 sync dataset s3://a/train",
    "aws sagemaker describe-endpoint --endpoint-name a",
    "aws sagemaker wait endpoint-in-service --endpoint-name a",
    "aws sts get-caller-identity",
    "pip install sagemaker && apt-get update",
    "rsync --delete-after sagemaker/ a/",
    "terraform output -json",
    `echo ${Buffer.from("aws s3 sync dataset s3://a/train").toString("base64")} | base64 -d | sh`,
    "docker build --tag a . && docker push a",
    "",
  ]);
});
