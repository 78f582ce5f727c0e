/** Roles, their policies, and keys. */
import { subject } from "../../support/policy";
import { add, honest, drop, mutations, set, statement, unprotect, type Mutation } from "./mutation";
import { refuseHttp, TLS } from "./s3";

const GRANTS = ["RolePolicy", "workflow-filter-role-policy"] as const;
const ROLE = ["Role", "workflow-filter-role"] as const;

const grant = (value: object) => set(...GRANTS, "policy", statement({ Effect: "Allow", ...value }));
const one = "arn:aws:s3:::inference-1a2b3c4/a";
const trust = (value: object) =>
  set(
    ...ROLE,
    "assumeRolePolicy",
    statement({
      Effect: "Allow",
      Principal: { Service: "lambda.amazonaws.com" },
      Action: "sts:AssumeRole",
      ...value,
    }),
  );
const attach = (policyArn: string) =>
  add(subject("aws:iam/rolePolicyAttachment:RolePolicyAttachment", { role: "any", policyArn }));
const openKey = { Effect: "Allow", Principal: { AWS: "*" }, Action: "kms:*", Resource: "*" };

export const iam: readonly Mutation[] = [
  ...mutations("iam-policy-disallow-all-actions", {
    "a role that may do everything": grant({ Action: "*", Resource: one }),
    "a role that may do all but something": grant({ NotAction: "iam:*", Resource: one }),
  }),
  ...mutations("iam-policy-disallow-wildcard-actions", {
    "a role that may do everything in S3": grant({ Action: "s3:*", Resource: one }),
    "a role that may get anything": grant({ Action: ["s3:Get*"], Resource: [one] }),
  }),
  ...mutations("iam-policy-disallow-all-resources", {
    "a role that may read everything": grant({ Action: ["s3:GetObject"], Resource: "*" }),
    "a role that may read every bucket": grant({
      Action: ["s3:GetObject"],
      Resource: ["arn:aws:s3:::*"],
    }),
    "a role that may call every function": grant({
      Action: ["xray:PutTraceSegments", "lambda:InvokeFunction"],
      Resource: "*",
    }),
    "a role that may read all but something": grant({ Action: "s3:GetObject", NotResource: one }),
  }),
  ...mutations("iam-attachment-disallow-full-access", {
    "a role with full access to SageMaker": attach(
      "arn:aws:iam::aws:policy/AmazonSageMakerFullAccess",
    ),
    "a role of an administrator": attach("arn:aws:iam::aws:policy/AdministratorAccess"),
    "a role with full access of its own": set(...ROLE, "managedPolicyArns", [
      "arn:aws:iam::aws:policy/AmazonS3FullAccess",
    ]),
  }),
  ...mutations("iam-role-require-trust-conditions", {
    "a service acting for anyone": trust({}),
    "a service acting for any account": trust({
      Condition: { StringLike: { "aws:SourceAccount": "*" } },
    }),
    "a service acting for other accounts": trust({
      Condition: { StringNotEquals: { "aws:SourceAccount": "123456789012" } },
    }),
  }),
  ...mutations("iam-document-disallow-public-principal", {
    "a role that everyone may assume": trust({ Principal: "*" }),
    "a key that everyone may use": set("Key", "data", "policy", statement(openKey)),
    "a bucket that everyone may read": set(
      ...TLS,
      "policy",
      JSON.stringify({
        Statement: [
          refuseHttp,
          { Effect: "Allow", Principal: "*", Action: "s3:GetObject", Resource: one },
        ],
      }),
    ),
  }),
  ...mutations("kms-key-enable-rotation", {
    "a key that is never rotated": set("Key", "data", "enableKeyRotation", false),
    "a key whose rotation is left open": drop("Key", "data", "enableKeyRotation"),
  }),
  ...mutations(
    "kms-key-require-protection",
    { "a key that goes with its stack": unprotect("Key", "data") },
    { stack: "prod" },
  ),
  ...mutations("iam-policy-restrict-pass-role", {
    "a role that may pass any role on": grant({
      Action: "iam:PassRole",
      Resource: "arn:aws:iam::123456789012:role/*",
    }),
  }),
  ...mutations("iam-role-restrict-federation", {
    "a role for every repository": trust({
      Principal: {
        Federated: "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com",
      },
      Condition: { StringLike: { "token.actions.githubusercontent.com:sub": "repo:*" } },
    }),
  }),
  ...mutations("iam-role-require-trust-conditions", {
    "a service acting for accounts that begin alike": trust({
      Condition: { StringLike: { "aws:SourceAccount": "1*" } },
    }),
    "a service acting for any organization": trust({
      Condition: { StringLike: { "aws:SourceOrgID": "o-*" } },
    }),
    "a service acting for resources of any account": trust({
      Condition: { ArnLike: { "aws:SourceArn": "arn:aws:iam::*:role/*" } },
    }),
    "a service acting for an account, if it says so": trust({
      Condition: { StringEqualsIfExists: { "aws:SourceAccount": "123456789012" } },
    }),
    "a service acting for all of no accounts": trust({
      Condition: { "ForAllValues:StringEquals": { "aws:SourceAccount": ["123456789012"] } },
    }),
  }),
  ...mutations("iam-policy-disallow-all-resources", {
    "a role that may use keys of every account": grant({
      Action: "kms:Decrypt",
      Resource: "arn:aws:kms:*:*:key/*",
    }),
    "a role that may read buckets with a letter": grant({
      Action: "s3:GetObject",
      Resource: "arn:aws:s3:::*e*/*",
    }),
    "a role that may call all functions of a region": grant({
      Action: "lambda:InvokeFunction",
      Resource: "arn:aws:lambda:eu-west-1:123456789012:*",
    }),
  }),
  ...mutations("iam-attachment-disallow-full-access", {
    "a role of a system's administrator": attach(
      "arn:aws:iam::aws:policy/job-function/SystemAdministrator",
    ),
    "a role that may read and write all secrets": attach(
      "arn:aws:iam::aws:policy/SecretsManagerReadWrite",
    ),
  }),
  ...mutations("kms-key-enable-rotation", {
    "a key that is rotated after seven years": set("Key", "data", "rotationPeriodInDays", 2555),
  }),
  ...mutations(
    "kms-key-require-protection",
    {
      "a replica that goes with its stack": add(subject("aws:kms/replicaKey:ReplicaKey", {})),
      "a key from elsewhere that goes with its stack": add(
        subject("aws:kms/externalKey:ExternalKey", {}),
      ),
    },
    { stack: "prod" },
  ),
  ...honest(
    {
      "a replica that is kept": add(
        subject("aws:kms/replicaKey:ReplicaKey", {}, { protect: true }),
      ),
      "a key from elsewhere that is kept": add(
        subject("aws:kms/externalKey:ExternalKey", {}, { protect: true }),
      ),
    },
    { stack: "prod" },
  ),
  ...honest({
    "a key that is rotated after a quarter": set("Key", "data", "rotationPeriodInDays", 90),
    "a key that is rotated after a year": set("Key", "data", "rotationPeriodInDays", 365),
    "a key of an own store": add(
      subject("aws:kms/key:Key", { customKeyStoreId: "cks-1a2b3c4d5e6f7a8b9" }, { protect: true }),
    ),
    "a key that signs": add(
      subject(
        "aws:kms/key:Key",
        { keyUsage: "SIGN_VERIFY", customerMasterKeySpec: "RSA_4096" },
        { protect: true },
      ),
    ),
    "a service acting for a function of another name": trust({
      Condition: {
        ArnLike: { "aws:SourceArn": "arn:aws:lambda:eu-west-1:123456789012:function:other-*" },
      },
    }),
  }),
];
