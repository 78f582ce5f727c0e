/**
 * Stacks of other people, alone: what teams with other tasks make in the way that AWS documents it. A pack
 * that refuses these nobody installs.
 */
import { subject } from "../../support/policy";
import {
  ACCOUNT,
  allow,
  attached,
  aws,
  bucketOf,
  calledBy,
  documentOf,
  functionOf,
  granting,
  keyFor,
  only,
  refusingHttp,
  roleOf,
  serviceRole,
  signedIn,
  topicFor,
  write,
} from "../strangers";
import { honest, type Mutation } from "./mutation";

const logs = bucketOf("logs", [], "AES256");
const data = bucketOf("data");
const EKS = "oidc.eks.eu-west-1.amazonaws.com/id/1A2B";
const GITHUB = "token.actions.githubusercontent.com";

export const strangers: readonly Mutation[] = honest({
  "nothing at all": only(),
  "a lake of data": only(...bucketOf("raw"), ...bucketOf("clean")),
  "pages behind CloudFront": only(
    ...bucketOf("pages", [
      allow({
        Principal: { Service: "cloudfront.amazonaws.com" },
        Action: "s3:GetObject",
        Resource: "arn:aws:s3:::pages/*",
        Condition: {
          StringEquals: { "AWS:SourceArn": `arn:aws:cloudfront::${ACCOUNT}:distribution/E1` },
        },
      }),
    ]),
    aws("cloudfront/distribution:Distribution", {
      origins: [{ domainName: "pages.s3.eu-west-1.amazonaws.com", originAccessControlId: "E2" }],
    }),
  ),
  "logs of a load balancer, which AWS's account of the region delivers": only(
    ...bucketOf("balancer", [
      allow({
        Principal: { AWS: "arn:aws:iam::156460612806:root" },
        Action: "s3:PutObject",
        Resource: `arn:aws:s3:::balancer/AWSLogs/${ACCOUNT}/*`,
      }),
    ]),
    aws("iam/role:Role", {
      assumeRolePolicy: documentOf(
        allow({ Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` }, Action: "sts:AssumeRole" }),
      ),
    }),
  ),
  "logs of a load balancer, which a service delivers": only(
    ...bucketOf("balancer", [
      allow({
        Principal: { Service: "logdelivery.elasticloadbalancing.amazonaws.com" },
        Action: "s3:PutObject",
        Resource: `arn:aws:s3:::balancer/AWSLogs/${ACCOUNT}/*`,
      }),
    ]),
  ),
  "logs of access to another bucket": only(
    ...logs,
    ...data,
    aws(
      "s3/bucketLogging:BucketLogging",
      { bucket: "data", targetBucket: "logs", targetPrefix: "data/" },
      {
        propertyDependencies: {
          bucket: data.slice(0, 1),
          targetBucket: logs.slice(0, 1),
        },
      },
    ),
  ),
  "a trail of an account": only(
    ...bucketOf("trail", [
      write("cloudtrail.amazonaws.com", `arn:aws:s3:::trail/AWSLogs/${ACCOUNT}/*`, {
        StringEquals: {
          "aws:SourceArn": `arn:aws:cloudtrail:eu-west-1:${ACCOUNT}:trail/any`,
          "s3:x-amz-acl": "bucket-owner-full-control",
        },
      }),
    ]),
  ),
  "what Config records": only(
    ...bucketOf("config", [
      write("config.amazonaws.com", `arn:aws:s3:::config/AWSLogs/${ACCOUNT}/Config/*`, {
        StringEquals: { "AWS:SourceAccount": ACCOUNT },
      }),
    ]),
  ),
  "logs of a network, delivered": only(
    ...bucketOf("flows", [
      write("delivery.logs.amazonaws.com", `arn:aws:s3:::flows/AWSLogs/${ACCOUNT}/*`, {
        StringEquals: { "aws:SourceAccount": ACCOUNT },
        ArnLike: { "aws:SourceArn": `arn:aws:logs:eu-west-1:${ACCOUNT}:*` },
      }),
    ]),
  ),
  "a replica in the same account": only(
    ...data,
    ...bucketOf("replica"),
    aws(
      "s3/bucketReplicationConfig:BucketReplicationConfig",
      {
        bucket: "data",
        role: `arn:aws:iam::${ACCOUNT}:role/any`,
        rules: [
          { status: "Enabled", destination: { bucket: "arn:aws:s3:::replica", account: ACCOUNT } },
        ],
      },
      { propertyDependencies: { bucket: data.slice(0, 1) } },
    ),
  ),
  "plain requests refused as the CDK writes it": refusingHttp({ Principal: { AWS: "*" } }),
  "plain requests refused by a boolean": refusingHttp({
    Condition: { Bool: { "aws:SecureTransport": false } },
  }),
  "plain requests refused with lists for everything": refusingHttp({
    Principal: { AWS: ["*"] },
    Action: ["*"],
    Condition: { Bool: { "aws:SecureTransport": ["false"] } },
  }),
  "plain requests refused everywhere": refusingHttp({ Resource: "*" }),
  "a bucket that takes encrypted objects only, from one network": only(
    ...bucketOf("data", [
      {
        Effect: "Deny",
        Principal: "*",
        Action: "s3:PutObject",
        Resource: "arn:aws:s3:::data/*",
        Condition: { StringNotEquals: { "s3:x-amz-server-side-encryption": "aws:kms" } },
      },
      {
        Effect: "Deny",
        NotPrincipal: { AWS: `arn:aws:iam::${ACCOUNT}:root` },
        Action: "s3:GetObject",
        Resource: "arn:aws:s3:::data/*",
        Condition: { StringNotEquals: { "aws:SourceVpce": "vpce-1a2b3c4d" } },
      },
    ]),
  ),
  "an image as a function": only(
    ...functionOf({
      packageType: "Image",
      imageUri: `${ACCOUNT}.dkr.ecr.eu-west-1.amazonaws.com/any:1`,
    }),
  ),
  "a function of Go": only(...functionOf({ runtime: "provided.al2023", handler: "bootstrap" })),
  "a function with settings that only sound like secrets": only(
    ...functionOf({
      runtime: "java25",
      environment: {
        variables: {
          TOKEN_URL: "https://auth.example.com/oauth/token",
          SECRET_NAME: "prod/db",
          PRIMARY_KEY: "id",
          KEY_PREFIX: "uploads/",
          API_KEY_HEADER: "x-api-key",
          COGNITO_USER_POOL_ID: "eu-west-1_1a2b3c4d5",
        },
      },
    }),
  ),
  "a function behind a gateway": calledBy(
    "apigateway.amazonaws.com",
    `arn:aws:execute-api:eu-west-1:${ACCOUNT}:any/*/*`,
  ),
  "a function behind a pool of users": calledBy(
    "cognito-idp.amazonaws.com",
    `arn:aws:cognito-idp:eu-west-1:${ACCOUNT}:userpool/eu-west-1_1a2b3c4d5`,
  ),
  "a function that reads logs": calledBy(
    "logs.eu-west-1.amazonaws.com",
    `arn:aws:logs:eu-west-1:${ACCOUNT}:log-group:any:*`,
  ),
  ...Object.fromEntries(
    ["ecs-tasks", "glue", "codebuild", "firehose", "bedrock", "scheduler", "vpc-flow-logs"].map(
      (service) => [`a role of ${service}`, serviceRole(`${service}.amazonaws.com`)],
    ),
  ),
  ...Object.fromEntries(
    [
      "service-role/AmazonECSTaskExecutionRolePolicy",
      "service-role/AWSLambdaBasicExecutionRole",
      "service-role/AmazonEBSCSIDriverPolicy",
      "AmazonEKSWorkerNodePolicy",
      "AmazonEC2ContainerRegistryPullOnly",
      "AmazonSSMManagedInstanceCore",
      "SecurityAudit",
    ].map((name) => [`a role with ${name}`, attached(name)]),
  ),
  "a role of GitHub's for an environment": signedIn(GITHUB, {
    StringEquals: {
      [`${GITHUB}:aud`]: "sts.amazonaws.com",
      [`${GITHUB}:sub`]: "repo:owner/name:environment:production",
    },
  }),
  "a role of GitHub's for two repositories": signedIn(GITHUB, {
    "ForAnyValue:StringLike": { [`${GITHUB}:sub`]: ["repo:owner/one:*", "repo:owner/two:*"] },
  }),
  "a role of a GitLab of one's own": signedIn("gitlab.example.com", {
    StringLike: { "gitlab.example.com:sub": "project_path:group/project:ref_type:branch:ref:*" },
  }),
  "a role of Pulumi's cloud for a project": signedIn("api.pulumi.com/oidc", {
    StringEquals: { "api.pulumi.com/oidc:aud": "aws:owner" },
    StringLike: { "api.pulumi.com/oidc:sub": "pulumi:deploy:org:owner:project:name:*" },
  }),
  "a role of a driver in Kubernetes": signedIn(EKS, {
    StringEquals: {
      [`${EKS}:aud`]: "sts.amazonaws.com",
      [`${EKS}:sub`]: "system:serviceaccount:kube-system:ebs-csi-controller-sa",
    },
  }),
  "a role of people with a second factor": roleOf(
    allow({
      Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` },
      Action: "sts:AssumeRole",
      Condition: { Bool: { "aws:MultiFactorAuthPresent": "true" } },
    }),
  ),
  "what Step Functions needs to log": granting({
    Action: [
      "logs:CreateLogDelivery",
      "logs:GetLogDelivery",
      "logs:UpdateLogDelivery",
      "logs:DeleteLogDelivery",
      "logs:ListLogDeliveries",
      "logs:PutResourcePolicy",
      "logs:DescribeResourcePolicies",
      "logs:DescribeLogGroups",
    ],
    Resource: "*",
  }),
  "what a function needs to log": granting({
    Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
    Resource: `arn:aws:logs:eu-west-1:${ACCOUNT}:log-group:/aws/lambda/any:*`,
  }),
  "what scales a cluster": granting(
    {
      Action: ["autoscaling:DescribeAutoScalingGroups", "ec2:DescribeLaunchTemplateVersions"],
      Resource: "*",
    },
    {
      Action: ["autoscaling:TerminateInstanceInAutoScalingGroup"],
      Resource: "*",
      Condition: { StringEquals: { "aws:ResourceTag/k8s.io/cluster-autoscaler/any": "owned" } },
    },
  ),
  "what writes names into zones": granting(
    { Action: "route53:ChangeResourceRecordSets", Resource: "arn:aws:route53:::hostedzone/*" },
    { Action: "route53:ListHostedZones", Resource: "*" },
  ),
  "what asks a foundation model": granting({
    Action: "bedrock:InvokeModel",
    Resource: "arn:aws:bedrock:*::foundation-model/amazon.titan-text-lite-v1",
  }),
  "what reads a secret and a table with its indexes": granting(
    {
      Action: "secretsmanager:GetSecretValue",
      Resource: `arn:aws:secretsmanager:eu-west-1:${ACCOUNT}:secret:any-??????`,
    },
    {
      Action: "dynamodb:Query",
      Resource: [
        `arn:aws:dynamodb:eu-west-1:${ACCOUNT}:table/any`,
        `arn:aws:dynamodb:eu-west-1:${ACCOUNT}:table/any/index/*`,
      ],
    },
  ),
  "what a whole organization may not do": only(
    aws("organizations/policy:Policy", {
      content: documentOf(allow({ Action: "*", Resource: "*" }), {
        Effect: "Deny",
        NotAction: ["iam:*", "sts:*"],
        Resource: "*",
      }),
    }),
  ),
  "a key for its account": keyFor(),
  "a key for logs": keyFor({
    Principal: { Service: "logs.eu-west-1.amazonaws.com" },
    Action: ["kms:Encrypt*", "kms:Decrypt*", "kms:GenerateDataKey*"],
    Resource: "*",
    Condition: {
      ArnLike: { "kms:EncryptionContext:aws:logs:arn": `arn:aws:logs:eu-west-1:${ACCOUNT}:*` },
    },
  }),
  "a key for whoever of the account comes by a service": keyFor({
    Principal: { AWS: "*" },
    Action: "kms:Decrypt",
    Resource: "*",
    Condition: {
      StringEquals: {
        "kms:CallerAccount": ACCOUNT,
        "kms:ViaService": "secretsmanager.eu-west-1.amazonaws.com",
      },
    },
  }),
  "a topic for alarms of the account": topicFor({
    Principal: { Service: "cloudwatch.amazonaws.com" },
    Condition: {
      ArnLike: { "aws:SourceArn": `arn:aws:cloudwatch:eu-west-1:${ACCOUNT}:alarm:*` },
    },
  }),
  "a topic for its owner": topicFor({
    Principal: { AWS: "*" },
    Condition: { StringEquals: { "AWS:SourceOwner": ACCOUNT } },
  }),
  "a network with a gateway and a way to S3": only(
    aws("ec2/vpc:Vpc", { cidrBlock: "10.0.0.0/16" }),
    aws("ec2/subnet:Subnet", { cidrBlock: "10.0.0.0/24", mapPublicIpOnLaunch: true }),
    aws("ec2/route:Route", { destinationCidrBlock: "0.0.0.0/0" }),
    aws("ec2/vpcEndpoint:VpcEndpoint", { serviceName: "com.amazonaws.eu-west-1.s3" }),
    subject("awsx:ec2:Vpc", {}),
  ),
  "a service of containers": only(
    aws("ecs/taskDefinition:TaskDefinition", {
      executionRoleArn: `arn:aws:iam::${ACCOUNT}:role/any`,
      containerDefinitions: JSON.stringify([
        {
          name: "any",
          image: "any",
          environment: [{ name: "LOG_LEVEL", value: "info" }],
          secrets: [
            {
              name: "DB_PASSWORD",
              valueFrom: `arn:aws:secretsmanager:eu-west-1:${ACCOUNT}:secret:any`,
            },
          ],
        },
      ]),
    }),
  ),
  "a machine that fetches an image": only(
    aws("ec2/instance:Instance", {
      userData:
        "#!/bin/bash\naws ecr get-login-password | docker login --username AWS --password-stdin any\n" +
        "aws s3 cp s3://data/settings.json /etc/settings.json\n",
    }),
  ),
  "other providers": only(
    subject("random:index/randomPassword:RandomPassword", { length: 16 }),
    subject("kubernetes:core/v1:ConfigMap", { data: { any: "thing" } }),
    subject("pulumi:providers:kubernetes", {}),
  ),
  "a queue with one for what fails": only(
    aws("sqs/queue:Queue", {
      redrivePolicy: JSON.stringify({
        deadLetterTargetArn: `arn:aws:sqs:eu-west-1:${ACCOUNT}:failed`,
        maxReceiveCount: 5,
      }),
    }),
  ),
});
