/** Who may do what: users, other accounts, and rights to give rights. */
import { subject } from "../../support/policy";
import {
  add,
  honest,
  mutations,
  set,
  statement,
  trust,
  type Change,
  type Mutation,
} from "./mutation";

const ROLE = "arn:aws:iam::123456789012:role";
const grant = (value: object) =>
  set(
    "RolePolicy",
    "workflow-filter-role-policy",
    "policy",
    statement({ Effect: "Allow", ...value }),
  );

/** Adds a queue's policy with one statement. */
const queue = (value: object): Change =>
  add(
    subject("aws:sqs/queuePolicy:QueuePolicy", {
      queueUrl: "any",
      policy: statement({
        Effect: "Allow",
        Action: "sqs:SendMessage",
        Resource: "arn:aws:sqs:eu-west-1:123456789012:any",
        ...value,
      }),
    }),
  );
const everyoneIf = (Condition: object) => queue({ Principal: "*", Condition });
const OPEN = "iam-document-disallow-public-principal";

export const access: readonly Mutation[] = [
  ...mutations("iam-policy-restrict-pass-role", {
    "a role that may pass on roles to any service": grant({
      Action: "iam:PassRole",
      Resource: `${ROLE}/*`,
      Condition: { StringLike: { "iam:PassedToService": "*" } },
    }),
  }),
  ...mutations("iam-policy-restrict-pass-role", {
    "a role that may pass on the role that a tag names": grant({
      Action: "IAM:passrole",
      Resource: `${ROLE}/\${aws:PrincipalTag/role}`,
    }),
    "a role that may pass on roles, if a service is named": grant({
      Action: ["iam:PassRole"],
      Resource: `${ROLE}/*`,
      Condition: { StringEqualsIfExists: { "iam:PassedToService": "lambda.amazonaws.com" } },
    }),
  }),
  ...mutations("iam-policy-disallow-all-resources", {
    "a role that may read the bucket that a tag names": grant({
      Action: "S3:GETOBJECT",
      Resource: "arn:aws:s3:::${aws:PrincipalTag/team}/*",
    }),
    "a role that may call every function of the account": grant({
      Action: "lambda:InvokeFunction",
      Resource: "arn:aws:lambda:eu-west-1:123456789012:function:*",
    }),
    "a role that may read every secret of the account": grant({
      Action: "secretsmanager:GetSecretValue",
      Resource: ["arn:aws:secretsmanager:*:123456789012:secret:?*"],
    }),
    "a role that may write every table, if some tag is anything": grant({
      Action: "dynamodb:PutItem",
      Resource: "arn:aws:dynamodb:eu-west-1:123456789012:table/*",
      Condition: { StringLike: { "aws:ResourceTag/team": "*" } },
    }),
    "a role that may decrypt with every key, if it is for a service": grant({
      Action: "kms:Decrypt",
      Resource: "arn:aws:kms:eu-west-1:123456789012:key/*",
      Condition: { StringEqualsIfExists: { "kms:ViaService": "s3.eu-west-1.amazonaws.com" } },
    }),
    "a role that may decrypt with keys of whoever's resource it is": grant({
      Action: "kms:Decrypt",
      Resource: "arn:aws:kms:eu-west-1:${aws:ResourceAccount}:key/*",
    }),
  }),
  ...honest({
    "a role that may read the folder that a tag names": grant({
      Action: "s3:GetObject",
      Resource: "arn:aws:s3:::inference-1a2b3c4/${aws:PrincipalTag/team}/*",
    }),
    "a role that may decrypt with keys of one alias": grant({
      Action: "kms:Decrypt",
      Resource: "arn:aws:kms:eu-west-1:123456789012:key/*",
      Condition: { "ForAnyValue:StringEquals": { "kms:ResourceAliases": "alias/ml-workflow" } },
    }),
    "a role that may see and change every function": grant({
      Action: ["lambda:GetFunction", "lambda:UpdateFunctionConfiguration"],
      Resource: "arn:aws:lambda:eu-west-1:123456789012:function:*",
    }),
    "a role that may call functions of one name": grant({
      Action: "lambda:InvokeFunction",
      Resource: "arn:aws:lambda:eu-west-1:123456789012:function:workflow-*",
    }),
    "a role that may read parameters of one folder": grant({
      Action: "ssm:GetParametersByPath",
      Resource: "arn:aws:ssm:eu-west-1:123456789012:parameter/ml-workflow/*",
    }),
    "a role that may read its account's bucket": grant({
      Action: "s3:GetObject",
      Resource: "arn:aws:s3:::data-${aws:PrincipalAccount}/*",
    }),
    "a role of an instance": trust({
      Principal: { Service: "ec2.amazonaws.com" },
      Action: "sts:AssumeRole",
    }),
  }),
  ...mutations("iam-attachment-disallow-full-access", {
    "a role with all rights to build": add(
      subject("aws:iam/rolePolicyAttachment:RolePolicyAttachment", {
        role: "any",
        policyArn: "arn:aws:iam::aws:policy/AWSCodeBuildAdminAccess",
      }),
    ),
    "a permission set of administrators": add(
      subject("aws:ssoadmin/managedPolicyAttachment:ManagedPolicyAttachment", {
        managedPolicyArn: "arn:aws:iam::aws:policy/AdministratorAccess",
      }),
    ),
  }),
  ...mutations(["iam-policy-restrict-pass-role", "iam-policy-disallow-wildcard-actions"], {
    "a role that may pass on roles by another spelling": grant({
      Action: "iam:Pass?ole",
      Resource: "arn:aws:iam::123456789012:role*",
    }),
  }),
  ...honest({
    "a role that may pass on roles to one service": grant({
      Action: "iam:PassRole",
      Resource: `${ROLE}/*`,
      Condition: { StringEquals: { "iam:PassedToService": "sagemaker.amazonaws.com" } },
    }),
    "a role that may list what there is": grant({
      Action: ["sagemaker:ListTrainingJobs", "ec2:DescribeInstanceTypes", "ssm:DescribeParameters"],
      Resource: "*",
    }),
    "a role that may change a role of one name": grant({
      Action: "iam:PutRolePolicy",
      Resource: `${ROLE}/training-*`,
    }),
    "a role that may change roles within a boundary": grant({
      Action: "iam:AttachRolePolicy",
      Resource: `${ROLE}/*`,
      Condition: {
        StringEquals: { "iam:PermissionsBoundary": "arn:aws:iam::123456789012:policy/limits" },
      },
    }),
    "a role with an own policy called FullAccess": add(
      subject("aws:iam/rolePolicyAttachment:RolePolicyAttachment", {
        role: "any",
        policyArn: "arn:aws:iam::123456789012:policy/CapturesFullAccess",
      }),
    ),
  }),
  ...mutations("iam-policy-disallow-escalation", {
    "a role that may write any role's policy": grant({
      Action: "iam:PutRolePolicy",
      Resource: `${ROLE}/*`,
    }),
    "a role that may change any policy": grant({
      Action: ["iam:CreatePolicyVersion"],
      Resource: "arn:aws:iam::123456789012:policy/*",
    }),
    "a role that may be any other": grant({ Action: "sts:AssumeRole", Resource: `${ROLE}/*` }),
  }),
  ...mutations("iam-policy-disallow-all-actions", {
    "a role that may do everything of every service": grant({
      Action: "*:*",
      Resource: "arn:aws:s3:::inference-1a2b3c4/a",
    }),
    "a role that may do whatever has a name": grant({
      Action: "?*",
      Resource: "arn:aws:s3:::inference-1a2b3c4/a",
    }),
  }),
  ...mutations("iam-policy-disallow-wildcard-actions", {
    "a role that may do everything of some services": grant({
      Action: "s*:*",
      Resource: "arn:aws:s3:::inference-1a2b3c4/a",
    }),
  }),
  ...mutations("iam-user-disallow-access-keys", {
    "a key that somebody keeps": add(subject("aws:iam/accessKey:AccessKey", { user: "any" })),
    "a password that somebody keeps": add(
      subject("aws:iam/userLoginProfile:UserLoginProfile", { user: "any" }),
    ),
  }),
  ...mutations("iam-user-disallow-policies", {
    "a policy of one user": add(
      subject("aws:iam/userPolicyAttachment:UserPolicyAttachment", {
        user: "any",
        policyArn: "arn:aws:iam::123456789012:policy/captures",
      }),
    ),
    "a policy written into a group": add(
      subject("aws:iam/groupPolicy:GroupPolicy", { group: "any", policy: statement({}) }),
    ),
  }),
  ...mutations("iam-document-restrict-accounts", {
    "a service acting for another account": trust({
      Principal: { Service: "lambda.amazonaws.com" },
      Action: "sts:AssumeRole",
      Condition: { StringEquals: { "aws:SourceAccount": "999999999999" } },
    }),
    "a role that another account may assume": trust({
      Principal: { AWS: "arn:aws:iam::999999999999:root" },
      Action: "sts:AssumeRole",
    }),
    "a queue for an account by its canonical id": queue({
      Principal: { CanonicalUser: "0".repeat(64) },
    }),
    "logs that go to another account": add(
      subject("aws:cloudwatch/logSubscriptionFilter:LogSubscriptionFilter", {
        destinationArn: "arn:aws:logs:eu-west-1:999999999999:destination:any",
      }),
    ),
    "events that go to another account": add(
      subject("aws:cloudwatch/eventTarget:EventTarget", {
        arn: "arn:aws:events:eu-west-1:999999999999:event-bus/any",
      }),
    ),
    "notifications that go to another account": add(
      subject("aws:sns/topicSubscription:TopicSubscription", {
        protocol: "sqs",
        endpoint: "arn:aws:sqs:eu-west-1:999999999999:any",
      }),
    ),
    "a key that another account may use by a grant": add(
      subject("aws:kms/grant:Grant", { granteePrincipal: "arn:aws:iam::999999999999:root" }),
    ),
    "a network shared with another account": add(
      subject("aws:ram/principalAssociation:PrincipalAssociation", { principal: "999999999999" }),
    ),
    "a function that another account may call": add(
      subject("aws:lambda/permission:Permission", { principal: "999999999999" }),
    ),
  }),
  ...honest(
    {
      "a role that a listed account may assume": trust({
        Principal: { AWS: "arn:aws:iam::999999999999:root" },
        Action: "sts:AssumeRole",
      }),
    },
    { configs: { "iam-document-restrict-accounts": { accounts: ["999999999999"] } } },
  ),
  ...mutations("iam-document-require-source-conditions", {
    "a queue that anybody's topic may write to": queue({
      Principal: { Service: "sns.amazonaws.com" },
    }),
  }),
  ...mutations(OPEN, {
    "a queue that everyone may write to": queue({ Principal: { AWS: "*" } }),
    "a queue for everyone, as it is ours": everyoneIf({
      StringEquals: { "aws:ResourceAccount": "123456789012" },
    }),
    "a queue for every service, for anyone": everyoneIf({
      Bool: { "aws:PrincipalIsAWSService": "true" },
    }),
    "a queue for half of the world": everyoneIf({ IpAddress: { "aws:SourceIp": "0.0.0.0/1" } }),
    "a queue for whoever is who they are": everyoneIf({
      StringEquals: { "aws:PrincipalArn": "${aws:PrincipalArn}" },
    }),
    "a queue for whoever has an organization": everyoneIf({
      Null: { "aws:PrincipalOrgID": "false" },
    }),
    "a queue for all of no organizations": everyoneIf({
      "ForAllValues:StringEquals": { "aws:PrincipalOrgID": ["o-1a2b3c4d5e"] },
    }),
    "a queue for an organization, if there is one": everyoneIf({
      StringEqualsIfExists: { "aws:PrincipalOrgID": "o-1a2b3c4d5e" },
    }),
    "a queue for all other organizations": everyoneIf({
      StringNotEquals: { "aws:PrincipalOrgID": "o-1a2b3c4d5e" },
    }),
    "a queue for any network": everyoneIf({ StringLike: { "aws:SourceVpc": "vpc-*" } }),
    "a queue for roles of one name in any account": everyoneIf({
      ArnLike: { "aws:PrincipalArn": "arn:aws:iam::*:role/reader" },
    }),
    "a queue for every account's administrator": queue({
      Principal: { AWS: "arn:aws:iam::*:root" },
    }),
    "a queue for all but one": queue({
      NotPrincipal: { AWS: "arn:aws:iam::123456789012:root" },
    }),
    "a bus that everyone may put events on": add(
      subject("aws:cloudwatch/eventPermission:EventPermission", {
        principal: "*",
        statementId: "any",
      }),
    ),
    "a log group's destination for everyone": add(
      subject("aws:cloudwatch/logDestinationPolicy:LogDestinationPolicy", {
        destinationName: "any",
        accessPolicy: statement({ Effect: "Allow", Principal: "*", Action: "logs:Put" }),
      }),
    ),
  }),
  ...honest({
    "a queue for the organization": everyoneIf({
      StringEquals: { "aws:PrincipalOrgID": "o-1a2b3c4d5e" },
    }),
    "a queue for a part of the organization": everyoneIf({
      "ForAnyValue:StringLike": { "aws:PrincipalOrgPaths": "o-1a2b3c4d5e/r-1a/ou-1a/*" },
    }),
    "a queue for one topic": everyoneIf({
      ArnEquals: { "aws:SourceArn": "arn:aws:sns:eu-west-1:123456789012:any" },
    }),
    "a queue for the account's topics": everyoneIf({
      StringEquals: { "AWS:SourceOwner": "123456789012" },
    }),
    "a queue for an office": everyoneIf({ IpAddress: { "aws:SourceIp": "203.0.113.0/24" } }),
    "a bus for the organization": add(
      subject("aws:cloudwatch/eventPermission:EventPermission", {
        principal: "*",
        statementId: "any",
        condition: { key: "aws:PrincipalOrgID", type: "StringEquals", value: "o-1a2b3c4d5e" },
      }),
    ),
  }),
  ...mutations("iam-document-require-source-conditions", {
    "a queue that anybody's bucket may write to, if it says whose it is": queue({
      Principal: { Service: "s3.amazonaws.com" },
      Condition: { StringEqualsIfExists: { "aws:SourceAccount": "123456789012" } },
    }),
    "a queue that topics of every account may write to": queue({
      Principal: { Service: ["sns.amazonaws.com"] },
      Condition: { ArnLike: { "aws:SourceArn": "arn:aws:sns:*:*:*" } },
    }),
  }),
];
