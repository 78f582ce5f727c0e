/** Rights that are wider than they look, what is shared with all, and calls and credentials out of sight. */
import { subject } from "../../support/policy";
import { add, honest, mutations, set, statement, type Mutation } from "./mutation";

const ACCOUNT = "123456789012";
const grant = (value: object) =>
  set(
    "RolePolicy",
    "workflow-filter-role-policy",
    "policy",
    statement({ Effect: "Allow", ...value }),
  );
const shared = (type: string, props: object) => add(subject(`aws:${type}`, { ...props }));
const clock = (call: string) =>
  shared("scheduler/schedule:Schedule", { target: { arn: `arn:aws:scheduler:::aws-sdk:${call}` } });
const users = `arn:aws:iam::${ACCOUNT}:user/*`;
const everyone = statement({ Effect: "Allow", Principal: "*", Action: "any:Do", Resource: "*" });

export const rights: readonly Mutation[] = [
  ...mutations("iam-policy-disallow-all-resources", {
    "a role that may ask every endpoint of the account": grant({
      Action: "sagemaker:InvokeEndpoint",
      Resource: `arn:aws:sagemaker:eu-west-1:${ACCOUNT}:endpoint/*`,
    }),
    "a role that may read by every access point": grant({
      Action: "s3:GetObject",
      Resource: `arn:aws:s3:*:${ACCOUNT}:accesspoint/*`,
    }),
    "a role that may read every stream": grant({
      Action: ["kinesis:GetShardIterator", "kinesis:GetRecords"],
      Resource: `arn:aws:kinesis:eu-west-1:${ACCOUNT}:stream/*`,
    }),
    "a role that may sign in to every database": grant({
      Action: "rds-db:connect",
      Resource: `arn:aws:rds-db:eu-west-1:${ACCOUNT}:dbuser:*/*`,
    }),
    "a role that may decrypt with every key that has hyphens": grant({
      Action: "kms:Decrypt",
      Resource: `arn:aws:kms:eu-west-1:${ACCOUNT}:key/*-*`,
    }),
    "a role that may read everything with some tag": grant({
      Action: "s3:GetObject",
      Resource: "*",
      Condition: { StringLike: { "aws:ResourceTag/team": "*" } },
    }),
    "a role that may read everything until a tag says otherwise": grant({
      Action: "s3:GetObject",
      Resource: "*",
      Condition: { StringEqualsIfExists: { "aws:ResourceTag/team": "vision" } },
    }),
    "a role that may read everything by an encrypted connection": grant({
      Action: "s3:GetObject",
      Resource: "*",
      Condition: { Bool: { "aws:SecureTransport": "true" } },
    }),
  }),
  ...mutations("iam-policy-disallow-escalation", {
    "a role that may give itself any user's password for code": grant({
      Action: "iam:CreateServiceSpecificCredential",
      Resource: users,
    }),
    "a role that may give itself any user's key for code": grant({
      Action: "iam:UploadSSHPublicKey",
      Resource: users,
    }),
    "a role that may say who signs in for a directory": grant({
      Action: "iam:UpdateSAMLProvider",
      Resource: `arn:aws:iam::${ACCOUNT}:saml-provider/*`,
    }),
  }),
  ...mutations("iam-document-restrict-accounts", {
    "a role that may be one of another account": grant({
      Action: "sts:AssumeRole",
      Resource: "arn:aws:iam::999999999999:role/any",
    }),
    "a function in a role of another account": set(
      "Function",
      "workflow-filter",
      "role",
      "arn:aws:iam::999999999999:role/any",
    ),
    "backups copied to another account": shared("backup/plan:Plan", {
      rules: [
        {
          copyActions: [
            { destinationVaultArn: "arn:aws:backup:eu-west-1:999999999999:backup-vault:any" },
          ],
        },
      ],
    }),
    "tables copied to another account": shared(
      "s3tables/tableBucketReplication:TableBucketReplication",
      {
        rule: {
          destinations: [
            { destinationTableBucketArn: "arn:aws:s3tables:eu-west-1:999999999999:bucket/any" },
          ],
        },
      },
    ),
    "a table that another account may read": shared("lakeformation/permissions:Permissions", {
      principal: "999999999999",
      permissions: ["SELECT"],
    }),
    "a snapshot of a database for another account": shared("rds/snapshot:Snapshot", {
      sharedAccounts: ["999999999999"],
    }),
    "an organization that another account may run": shared(
      "organizations/resourcePolicy:ResourcePolicy",
      {
        content: statement({
          Effect: "Allow",
          Principal: { AWS: "arn:aws:iam::999999999999:root" },
          Action: "organizations:DescribeOrganization",
          Resource: "*",
        }),
      },
    ),
    "a database with the key of another account": shared("rds/instance:Instance", {
      kmsKeyId: "arn:aws:kms:eu-west-1:999999999999:key/1",
    }),
  }),
  ...mutations("iam-document-disallow-public-principal", {
    "an image of machines for everyone": shared("ec2/amiLaunchPermission:AmiLaunchPermission", {
      group: "all",
    }),
    "a snapshot of a database for everyone": shared("rds/snapshot:Snapshot", {
      sharedAccounts: ["all"],
    }),
    "a service of a network for everyone": shared("ec2/vpcEndpointService:VpcEndpointService", {
      allowedPrincipals: ["*"],
    }),
    "a document of Systems Manager for everyone": shared("ssm/document:Document", {
      content: "{}",
      permissions: { type: "Share", account_ids: "All" },
    }),
    "a file system of buckets for everyone": shared(
      "s3/filesFileSystemPolicy:FilesFileSystemPolicy",
      { policy: everyone },
    ),
    "a workgroup of Redshift for everyone": shared(
      "redshiftserverless/resourcePolicy:ResourcePolicy",
      { policy: everyone },
    ),
  }),
  ...mutations("aws-resource-restrict-types", {
    "an endpoint that Kubernetes makes": add(
      subject("kubernetes:sagemaker.services.k8s.aws/v1alpha1:Endpoint", {}),
    ),
    "a bucket that Crossplane makes": add(
      subject("kubernetes:s3.aws.upbound.io/v1beta1:Bucket", {}),
    ),
  }),
  ...mutations("sfn-state-machine-disallow-sdk-calls", {
    "snapshots shared by the clock": clock("ec2:modifySnapshotAttribute"),
    "a table opened by the clock": clock("dynamodb:putResourcePolicy"),
    "an endpoint scaled by the clock": clock("applicationautoscaling:registerScalableTarget"),
    "a trail stopped by the clock": clock("cloudtrail:stopLogging"),
  }),
  ...mutations("lambda-function-disallow-secrets-in-environment", {
    "a password run together": set(
      "Function",
      "workflow-filter",
      "environment.variables.DBPASS",
      "hunter2",
    ),
  }),
  ...honest({
    "images looked for by the clock": clock("ec2:describeImages"),
    "a queue for all of one organization's, which has to be there": add(
      subject("aws:sqs/queuePolicy:QueuePolicy", {
        policy: statement({
          Effect: "Allow",
          Principal: "*",
          Action: "sqs:SendMessage",
          Resource: "*",
          Condition: {
            "ForAllValues:StringEquals": { "aws:PrincipalOrgID": ["o-1a2b3c4d5e"] },
            Null: { "aws:PrincipalOrgID": "false" },
          },
        }),
      }),
    ),
  }),
  ...mutations("iam-user-disallow-access-keys", {
    "a key for code that somebody keeps": shared("iam/sshKey:SshKey", { username: "any" }),
    "a certificate that somebody keeps": shared("iam/signingCertificate:SigningCertificate", {
      userName: "any",
    }),
  }),
  ...mutations("sfn-state-machine-disallow-sdk-calls", {
    "an interface whose description makes an endpoint": shared("apigateway/restApi:RestApi", {
      body: JSON.stringify({
        paths: {
          "/any": {
            post: {
              "x-amazon-apigateway-integration": {
                type: "aws",
                uri: "arn:aws:apigateway:eu-west-1:sagemaker:action/CreateEndpoint",
              },
            },
          },
        },
      }),
    }),
    "a graph of data that SageMaker's resources are behind": shared(
      "appsync/dataSource:DataSource",
      {
        type: "HTTP",
        httpConfig: { endpoint: "https://api.sagemaker.eu-west-1.amazonaws.com" },
      },
    ),
  }),
  ...mutations("aws-resource-disallow-sdk-calls", {
    "a build that makes an endpoint": shared("codebuild/project:Project", {
      source: {
        buildspec:
          "phases: { build: { commands: [aws sagemaker create-endpoint --endpoint-name a] } }",
      },
    }),
    "a container that makes an endpoint": shared("ecs/taskDefinition:TaskDefinition", {
      containerDefinitions: JSON.stringify([
        { name: "any", command: ["aws sagemaker create-endpoint --endpoint-name any"] },
      ]),
    }),
  }),
  ...mutations("aws-resource-disallow-secrets", {
    "a password in a repository's address": shared("sagemaker/codeRepository:CodeRepository", {
      gitConfig: { repositoryUrl: "https://any:hunter2@git.example.com/any.git" },
    }),
    "a password in an application's variables": shared("amplify/branch:Branch", {
      environmentVariables: { DB_PASSWORD: "hunter2" },
    }),
  }),
  ...honest({
    "a role that may ask one endpoint": grant({
      Action: "sagemaker:InvokeEndpoint",
      Resource: `arn:aws:sagemaker:eu-west-1:${ACCOUNT}:endpoint/hosting-*`,
    }),
    "a role that may change what has its tag": grant({
      Action: ["autoscaling:SetDesiredCapacity"],
      Resource: "*",
      Condition: { StringEquals: { "aws:ResourceTag/cluster": "vision" } },
    }),
    "a role that may look for what is in pictures and texts": grant({
      Action: [
        "rekognition:DetectLabels",
        "textract:DetectDocumentText",
        "comprehend:DetectSentiment",
      ],
      Resource: "*",
    }),
    "a role of a container that is looked into": grant({
      Action: ["ssmmessages:CreateControlChannel", "ssmmessages:OpenDataChannel"],
      Resource: "*",
    }),
    "a gateway that asks an endpoint": shared("apigateway/integration:Integration", {
      uri: "arn:aws:apigateway:eu-west-1:runtime.sagemaker:path//endpoints/any/invocations",
    }),
    "a topic of AWS's own that a queue listens to": shared(
      "sns/topicSubscription:TopicSubscription",
      {
        topic: "arn:aws:sns:us-east-1:806199016981:AmazonIpSpaceChanged",
        protocol: "sqs",
        endpoint: `arn:aws:sqs:eu-west-1:${ACCOUNT}:any`,
      },
    ),
    "a layer of AWS's own": set("Function", "workflow-filter", "layers", [
      "arn:aws:lambda:eu-west-1:017000801446:layer:AWSLambdaPowertoolsTypeScriptV2:1",
    ]),
  }),
];
