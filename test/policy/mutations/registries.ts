/** Registries of images, and queues, beside our own program. */
import { ACCOUNT } from "../../support/mocks";
import { subject } from "../../support/policy";
import { add, both, honest, mutations, statement, type Mutation } from "./mutation";

const SCANNED = { imageScanningConfiguration: { scanOnPush: true } };
const registryScanning = (scanFrequency: string, filter: string) =>
  add(
    subject("aws:ecr/registryScanningConfiguration:RegistryScanningConfiguration", {
      scanType: "BASIC",
      rules: [{ scanFrequency, repositoryFilters: [{ filter, filterType: "WILDCARD" }] }],
    }),
  );
const repositoryPolicy = (value: object) =>
  add(
    subject("aws:ecr/repositoryPolicy:RepositoryPolicy", {
      repository: "any",
      policy: statement({ Effect: "Allow", Action: "ecr:BatchGetImage", ...value }),
    }),
  );
const command = (create: string) => add(subject("command:local:Command", { create }));
const repository = (props: Record<string, unknown>) =>
  add(subject("aws:ecr/repository:Repository", props));

export const registries: readonly Mutation[] = [
  ...mutations("sqs-queue-require-encryption", {
    "a queue without encryption by a text": add(
      subject("aws:sqs/queue:Queue", { sqsManagedSseEnabled: "false", kmsMasterKeyId: "" }),
    ),
    "a queue without encryption": add(
      subject("aws:sqs/queue:Queue", { sqsManagedSseEnabled: false }),
    ),
  }),
  ...mutations("ecr-repository-disallow-public", {
    "images for everybody": add(
      subject("aws:ecrpublic/repository:Repository", { repositoryName: "any" }),
    ),
    "images for everybody, in a repository that is there already": add(
      subject("aws:ecrpublic/repositoryPolicy:RepositoryPolicy", {
        repositoryName: "any",
        policy: statement({
          Effect: "Allow",
          Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` },
          Action: ["ecr-public:InitiateLayerUpload", "ecr-public:PutImage"],
        }),
      }),
    ),
  }),
  ...mutations("aws-resource-disallow-sdk-calls", {
    "a command that makes a repository for everybody": command(
      "aws ecr-public create-repository --repository-name any",
    ),
    "a command that makes a repository whose tags move": command(
      "aws ecr create-repository --repository-name any",
    ),
    "a command that lets tags move": command(
      "aws ecr put-image-tag-mutability --repository-name any --image-tag-mutability MUTABLE",
    ),
    "a command that copies images to others": command(
      "aws ecr put-replication-configuration --replication-configuration file://others.json",
    ),
  }),
  ...mutations("iam-document-disallow-public-principal", {
    "images that everybody may pull from the account": both(
      repository({ ...SCANNED, imageTagMutability: "IMMUTABLE", name: "any" }),
      repositoryPolicy({ Principal: "*" }),
    ),
  }),
  ...mutations("ecr-repository-require-immutable-tags", {
    "images whose tags move": repository({ ...SCANNED, imageTagMutability: "MUTABLE" }),
    "images whose tags nobody keeps": repository(SCANNED),
    "images whose tags stay, but for all of them": repository({
      ...SCANNED,
      imageTagMutability: "IMMUTABLE_WITH_EXCLUSION",
      imageTagMutabilityExclusionFilters: [{ filter: "*", filterType: "WILDCARD" }],
    }),
  }),
  ...mutations("ecr-repository-require-scanning", {
    "images that nobody scans": repository({ imageTagMutability: "IMMUTABLE" }),
    "images that are scanned by hand": both(
      repository({ imageTagMutability: "IMMUTABLE", name: "base" }),
      registryScanning("MANUAL", "*"),
    ),
    "images of which others are scanned": both(
      repository({ imageTagMutability: "IMMUTABLE", name: "base" }),
      registryScanning("SCAN_ON_PUSH", "jobs/*"),
    ),
  }),
  ...honest({
    "images whose tags stay, but for the latest": repository({
      ...SCANNED,
      imageTagMutability: "IMMUTABLE_WITH_EXCLUSION",
      imageTagMutabilityExclusionFilters: [{ filter: "latest*", filterType: "WILDCARD" }],
    }),
    "a command that pushes an image": command(
      `aws ecr get-login-password | docker login --password-stdin ${ACCOUNT}.dkr.ecr.eu-west-1.amazonaws.com`,
    ),
    "images that functions of the account may pull": both(
      repository({ ...SCANNED, imageTagMutability: "IMMUTABLE", name: "any" }),
      repositoryPolicy({
        Principal: { Service: "lambda.amazonaws.com" },
        Condition: { StringEquals: { "aws:SourceAccount": ACCOUNT } },
      }),
    ),
    "images whose tags stay": repository({ ...SCANNED, imageTagMutability: "IMMUTABLE" }),
    "images that their registry scans": both(
      repository({ imageTagMutability: "IMMUTABLE", name: "base" }),
      registryScanning("CONTINUOUS_SCAN", "*"),
    ),
    "a queue with a key of the service": add(subject("aws:sqs/queue:Queue", {})),
  }),
];
