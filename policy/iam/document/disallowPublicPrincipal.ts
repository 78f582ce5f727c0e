import { isLimitedBy, principals, SOURCE_KEYS, statements } from "../../support/document";
import { onTypes, type ResourceRule } from "../../support/rule";
import { defineSettings } from "../../support/settings";

const settings = defineSettings({
  keys: {
    type: "array",
    items: { type: "string" },
    default: [
      "aws:PrincipalAccount",
      "aws:PrincipalArn",
      "aws:PrincipalOrgID",
      ...SOURCE_KEYS,
      "aws:SourceVpc",
      "aws:SourceVpce",
      "aws:PrincipalOrgPaths",
      "aws:PrincipalIsAWSService",
      "aws:ResourceAccount",
      "aws:SourceIp",
      "aws:SourceOrgPaths",
      "aws:SourceOwner",
      "kms:CallerAccount",
      "s3:DataAccessPointAccount",
      "s3:DataAccessPointArn",
    ],
    description: "Condition keys by which a statement on everyone is about somebody after all",
  },
});

/** What carries a document that names principals. */
const TYPES = [
  "aws:s3/bucketPolicy:BucketPolicy",
  "aws:s3/bucket:Bucket",
  "aws:s3/bucketV2:BucketV2",
  "aws:kms/key:Key",
  "aws:kms/keyPolicy:KeyPolicy",
  "aws:kms/replicaKey:ReplicaKey",
  "aws:kms/externalKey:ExternalKey",
  "aws:kms/replicaExternalKey:ReplicaExternalKey",
  "aws:ecr/repositoryPolicy:RepositoryPolicy",
  "aws:sagemaker/modelPackageGroupPolicy:ModelPackageGroupPolicy",
  "aws:secretsmanager/secret:Secret",
  "aws:secretsmanager/secretPolicy:SecretPolicy",
  "aws:sns/topic:Topic",
  "aws:sns/topicPolicy:TopicPolicy",
  "aws:sqs/queue:Queue",
  "aws:sqs/queuePolicy:QueuePolicy",
  "aws:iam/role:Role",
];

export const disallowPublicPrincipal: ResourceRule = {
  name: "iam-document-disallow-public-principal",
  displayName: "Nothing is open to everyone by a policy document",
  description:
    "No document on a bucket, key, topic, queue, role, secret, repository or group of models may " +
    "allow something to every principal.",
  enforcementLevel: "mandatory",
  severity: "critical",
  tags: ["iam", "security"],
  remediationSteps:
    "Name the accounts, roles or services in `Principal`, or add a condition on who they belong to.",
  url: "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html",
  configSchema: settings.schema,
  validateResource: onTypes(TYPES, (resource, report, args) => {
    const { keys } = settings.read(args);
    const open = ["policy", "assumeRolePolicy", "resourcePolicy"]
      .flatMap((document) => statements(resource.at(document), "Allow"))
      .filter((statement) => !isLimitedBy(statement, keys));
    for (const statement of open) {
      for (const [, principal] of principals(statement)) {
        if (principal.matches(/^(\*|arn:[^:]*:(iam|sts)::[^:]*[*?].*)$/)) {
          report(`Everyone is allowed: name who needs it in \`${principal.path}\`.`);
        }
      }
      const exceptions = statement.at("NotPrincipal");
      if (!exceptions.isAbsent) {
        report(`All but some are allowed: use \`Principal\` instead of \`${exceptions.path}\`.`);
      }
    }
  }),
};
