import { expect } from "chai";
import { isMakingCall, makesCalls } from "../../../policy/support/sdkCalls";

describe("calls that make what policies judge", () => {
  for (const call of [
    "sagemaker:createEndpoint",
    "SageMaker:CreateEndpoint",
    "iam:putRolePolicy",
  ]) {
    it(`have ${call} among them`, () => {
      expect(isMakingCall(call)).to.equal(true);
    });
  }

  for (const call of ["sagemaker:invokeEndpoint", "s3:putObject", "iam:getRole", "create"]) {
    it(`do not have ${call} among them`, () => {
      expect(isMakingCall(call)).to.equal(false);
    });
  }

  for (const script of [
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
    "pulumi --cwd other up --yes",
  ]) {
    it(`are made by ${script}`, () => {
      expect(makesCalls(script)).to.equal(true);
    });
  }

  for (const script of [
    "node etl/cli.js load --bucket a",
    "aws s3 sync dataset s3://a/train",
    "aws sagemaker describe-endpoint --endpoint-name a",
    "aws sagemaker wait endpoint-in-service --endpoint-name a",
    "aws sts get-caller-identity",
    "pip install sagemaker && apt-get update",
    "rsync --delete-after sagemaker/ a/",
    "terraform output -json",
    "docker build --tag a . && docker push a",
    "",
  ]) {
    it(`are not made by ${JSON.stringify(script)}`, () => {
      expect(makesCalls(script)).to.equal(false);
    });
  }
});
