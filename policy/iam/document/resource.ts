import type { Property } from "../../support/property";

/** What carries a document that names principals, and where. */
const CARRIERS: Readonly<Record<string, readonly string[]>> = {
  policy: [
    "aws:acmpca/policy:Policy",
    "aws:backup/vaultPolicy:VaultPolicy",
    "aws:bedrock/agentcoreResourcePolicy:AgentcoreResourcePolicy",
    "aws:cloudwatch/eventBusPolicy:EventBusPolicy",
    "aws:codebuild/resourcePolicy:ResourcePolicy",
    "aws:dsql/clusterPolicy:ClusterPolicy",
    "aws:dynamodb/resourcePolicy:ResourcePolicy",
    "aws:ecr/registryPolicy:RegistryPolicy",
    "aws:ecr/repositoryPolicy:RepositoryPolicy",
    "aws:ecrpublic/repositoryPolicy:RepositoryPolicy",
    "aws:efs/fileSystemPolicy:FileSystemPolicy",
    "aws:glacier/vaultLock:VaultLock",
    "aws:glue/resourcePolicy:ResourcePolicy",
    "aws:kinesis/resourcePolicy:ResourcePolicy",
    "aws:kms/externalKey:ExternalKey",
    "aws:kms/key:Key",
    "aws:kms/keyPolicy:KeyPolicy",
    "aws:kms/replicaExternalKey:ReplicaExternalKey",
    "aws:kms/replicaKey:ReplicaKey",
    "aws:lambda/resourcePolicy:ResourcePolicy",
    "aws:mediastore/containerPolicy:ContainerPolicy",
    "aws:msk/clusterPolicy:ClusterPolicy",
    "aws:networkfirewall/resourcePolicy:ResourcePolicy",
    "aws:oam/sinkPolicy:SinkPolicy",
    "aws:opensearchingest/resourcePolicy:ResourcePolicy",
    "aws:pinpoint/smsvoicev2ResourcePolicy:Smsvoicev2ResourcePolicy",
    "aws:redshift/resourcePolicy:ResourcePolicy",
    "aws:redshiftserverless/resourcePolicy:ResourcePolicy",
    "aws:s3/accessPoint:AccessPoint",
    "aws:s3/bucket:Bucket",
    "aws:s3/bucketPolicy:BucketPolicy",
    "aws:s3/bucketV2:BucketV2",
    "aws:s3/filesFileSystemPolicy:FilesFileSystemPolicy",
    "aws:s3/vectorsVectorBucketPolicy:VectorsVectorBucketPolicy",
    "aws:s3control/accessGrantsInstanceResourcePolicy:AccessGrantsInstanceResourcePolicy",
    "aws:s3control/accessPointPolicy:AccessPointPolicy",
    "aws:s3control/bucketPolicy:BucketPolicy",
    "aws:s3control/objectLambdaAccessPointPolicy:ObjectLambdaAccessPointPolicy",
    "aws:schemas/registryPolicy:RegistryPolicy",
    "aws:secretsmanager/secret:Secret",
    "aws:secretsmanager/secretPolicy:SecretPolicy",
    "aws:ses/identityPolicy:IdentityPolicy",
    "aws:sesv2/emailIdentityPolicy:EmailIdentityPolicy",
    "aws:sns/topic:Topic",
    "aws:sns/topicPolicy:TopicPolicy",
    "aws:sqs/queue:Queue",
    "aws:sqs/queuePolicy:QueuePolicy",
    "aws:vpclattice/resourcePolicy:ResourcePolicy",
  ],
  content: ["aws:organizations/resourcePolicy:ResourcePolicy"],
  policyDocument: [
    "aws:amp/resourcePolicy:ResourcePolicy",
    "aws:cloudwatch/logResourcePolicy:LogResourcePolicy",
    "aws:codeartifact/domainPermissions:DomainPermissions",
    "aws:codeartifact/repositoryPermissionsPolicy:RepositoryPermissionsPolicy",
    "aws:xray/resourcePolicy:ResourcePolicy",
  ],
  resourcePolicy: [
    "aws:s3tables/tableBucketPolicy:TableBucketPolicy",
    "aws:s3tables/tablePolicy:TablePolicy",
    "aws:sagemaker/modelPackageGroupPolicy:ModelPackageGroupPolicy",
  ],
  accessPolicy: [
    "aws:cloudsearch/domainServiceAccessPolicy:DomainServiceAccessPolicy",
    "aws:cloudwatch/logDestinationPolicy:LogDestinationPolicy",
    "aws:glacier/vault:Vault",
  ],
  deliveryDestinationPolicy: [
    "aws:cloudwatch/logDeliveryDestinationPolicy:LogDeliveryDestinationPolicy",
  ],
  accessPolicies: [
    "aws:elasticsearch/domain:Domain",
    "aws:elasticsearch/domainPolicy:DomainPolicy",
    "aws:opensearch/domain:Domain",
    "aws:opensearch/domainPolicy:DomainPolicy",
  ],
  repositoryPolicy: ["aws:ecr/repositoryCreationTemplate:RepositoryCreationTemplate"],
  "details.policy": ["aws:s3control/multiRegionAccessPointPolicy:MultiRegionAccessPointPolicy"],
  assumeRolePolicy: ["aws:iam/role:Role"],
};

const PATHS: ReadonlyMap<string, string> = new Map(
  Object.entries(CARRIERS).flatMap(([path, types]) => types.map((type) => [type, path] as const)),
);

/** Types of all that carries a document that names principals. */
export const RESOURCE_POLICIES: readonly string[] = [...PATHS.keys()];

/** The document of a resource of such a type. */
export function documentOf(type: string, resource: Property): Property {
  const path = PATHS.get(type) ?? "policy";
  return path.split(".").reduce((at, part) => at.at(part), resource);
}
