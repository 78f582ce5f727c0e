import { conditions, principals, statements } from "../../support/document";
import type { Member } from "../../support/member";
import type { Property } from "../../support/property";
import { onEach, type StackRule } from "../../support/rule";
import { defineSettings } from "../../support/settings";
import { STATE_MACHINE } from "../../sfn/stateMachine/resource";
import type { Stack } from "../../support/stack";
import { documentOf, RESOURCE_POLICIES } from "./resource";

const settings = defineSettings({
  accounts: {
    type: "array",
    items: { type: "string", pattern: "^[0-9]{12}$" },
    default: [],
    description: "Ids of accounts beside the stack's own that may be trusted",
  },
});

const BUCKET_KEY = "rules.applyServerSideEncryptionByDefault.kmsMasterKeyId";

/** What names accounts outside of documents, and where: whom, whose key, and where data goes. */
const PLACES: Readonly<Record<string, readonly string[]>> = {
  "aws:cloudwatch/eventPermission:EventPermission": ["principal"],
  "aws:cloudwatch/eventTarget:EventTarget": ["arn"],
  "aws:cloudwatch/logGroup:LogGroup": ["kmsKeyId"],
  "aws:cloudwatch/logSubscriptionFilter:LogSubscriptionFilter": ["destinationArn"],
  "aws:ec2/amiLaunchPermission:AmiLaunchPermission": ["accountId"],
  "aws:ec2/snapshotCreateVolumePermission:SnapshotCreateVolumePermission": ["accountId"],
  "aws:ecr/replicationConfiguration:ReplicationConfiguration": [
    "replicationConfiguration.rules.destinations.registryId",
  ],
  "aws:ecr/repository:Repository": ["encryptionConfigurations.kmsKey"],
  "aws:kms/grant:Grant": ["granteePrincipal", "retiringPrincipal"],
  "aws:lambda/function:Function": ["deadLetterConfig.targetArn", "kmsKeyArn"],
  "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig": [
    "destinationConfig.onFailure.destination",
    "destinationConfig.onSuccess.destination",
  ],
  "aws:lambda/layerVersionPermission:LayerVersionPermission": ["principal"],
  "aws:lambda/permission:Permission": ["principal", "sourceAccount", "sourceArn"],
  "aws:pipes/pipe:Pipe": ["source", "enrichment", "target"],
  "aws:ram/principalAssociation:PrincipalAssociation": ["principal"],
  "aws:s3/accessPoint:AccessPoint": ["accountId", "bucketAccountId"],
  "aws:s3/bucketNotification:BucketNotification": [
    "topics.topicArn",
    "queues.queueArn",
    "lambdaFunctions.lambdaFunctionArn",
  ],
  "aws:s3/bucketReplicationConfig:BucketReplicationConfig": [
    "rules.destination.account",
    "rules.destination.encryptionConfiguration.replicaKmsKeyId",
  ],
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": [
    BUCKET_KEY,
  ],
  "aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2": [
    BUCKET_KEY,
  ],
  "aws:s3/inventory:Inventory": ["destination.bucket.accountId"],
  "aws:s3control/accessGrant:AccessGrant": ["grantee.granteeIdentifier"],
  "aws:s3control/objectLambdaAccessPoint:ObjectLambdaAccessPoint": [
    "configuration.transformationConfigurations.contentTransformation.awsLambda.functionArn",
  ],
  "aws:sagemaker/dataQualityJobDefinition:DataQualityJobDefinition": [
    "jobResources.clusterConfig.volumeKmsKeyId",
    "dataQualityJobOutputConfig.kmsKeyId",
  ],
  "aws:sagemaker/domain:Domain": ["kmsKeyId"],
  "aws:sagemaker/endpointConfiguration:EndpointConfiguration": [
    "kmsKeyArn",
    "dataCaptureConfig.kmsKeyId",
    "asyncInferenceConfig.outputConfig.kmsKeyId",
  ],
  "aws:sagemaker/featureGroup:FeatureGroup": [
    "onlineStoreConfig.securityConfig.kmsKeyId",
    "offlineStoreConfig.s3StorageConfig.kmsKeyId",
  ],
  "aws:sagemaker/notebookInstance:NotebookInstance": ["kmsKeyId"],
  "aws:sagemaker/trainingJob:TrainingJob": [
    "outputDataConfig.kmsKeyId",
    "resourceConfig.volumeKmsKeyId",
  ],
  "aws:scheduler/schedule:Schedule": ["target.arn", "kmsKeyArn"],
  "aws:sns/topic:Topic": ["kmsMasterKeyId"],
  "aws:sns/topicSubscription:TopicSubscription": ["endpoint"],
  "aws:sqs/queue:Queue": ["kmsMasterKeyId"],
};

const TYPES = [
  ...RESOURCE_POLICIES,
  ...Object.keys(PLACES).filter((type) => !RESOURCE_POLICIES.includes(type)),
  STATE_MACHINE,
];

/** Keys of conditions on whom something is for, in lower case. */
const KEYS = [
  "aws:principalaccount",
  "aws:principalarn",
  "aws:sourceaccount",
  "aws:sourcearn",
  "aws:sourceowner",
  "kms:calleraccount",
  "s3:dataaccesspointaccount",
  "s3:dataaccesspointarn",
];

/**
 * Which account is the stack's own is known from the ARNs of what there is and from its provider.
 * In a first preview it is the account that its documents name most often: of two accounts one is
 * another's.
 */
export const restrictAccounts: StackRule = {
  name: "iam-document-restrict-accounts",
  displayName: "Other accounts are trusted only if they are listed",
  description:
    "No document, permission or grant may be for another account, and no key, target or copy be " +
    "another account's, unless it is listed.",
  enforcementLevel: "mandatory",
  severity: "high",
  tags: ["iam", "confused-deputy"],
  remediationSteps:
    "Name the stack's own account, by `aws.getCallerIdentity`, or list the other one in `accounts` " +
    "of this policy's config.",
  url: "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_common-scenarios_third-party.html",
  configSchema: settings.schema,
  validateStack: onEach(TYPES, (member, stack, report, args) => {
    const own = ownAccounts(stack, () => settings.read(args).accounts);
    for (const [kind, principal] of allowed(member).flatMap(principals)) {
      if (kind === "CanonicalUser") {
        report(
          `Nobody can tell whose id that is: name the account's ARN in \`${principal.path}\`.`,
        );
      }
    }
    for (const place of placesOf(member)) {
      if (place.is((text) => !own.has(accountOf(text) ?? "") && accountOf(text) !== undefined)) {
        report(
          `Another account is trusted: name the stack's own in \`${place.path}\`, or list the other ` +
            "in `accounts` of this policy's config.",
        );
      }
    }
  }),
};

/** `000000000000`, alone or in an ARN. */
function accountOf(text: unknown): string | undefined {
  return typeof text === "string"
    ? /^(?:arn:[^:]+:[^:]+:[^:]*:)?(\d{12})(?::|$)/.exec(text)?.[1]
    : undefined;
}

function allowed({ type, props }: Member): Property[] {
  return RESOURCE_POLICIES.includes(type) ? statements(documentOf(type, props), "Allow") : [];
}

function placesOf(member: Member): Property[] {
  const named = allowed(member).flatMap((statement) => [
    ...principals(statement).map(([, principal]) => principal),
    ...conditions(statement)
      .filter(({ operator, key }) => !/Not/i.test(operator) && KEYS.includes(key))
      .flatMap(({ values }) => values),
  ]);
  const places = (PLACES[member.type] ?? []).flatMap((path) => member.props.within(path));
  // Whatever an execution calls may be somebody else's.
  const called = member.type === STATE_MACHINE ? member.props.at("definition").json().leaves() : [];
  return [...named, ...places, ...called];
}

const known = new WeakMap<Stack, ReadonlySet<string>>();

/** @param listed reads the setting, once for a stack */
function ownAccounts(stack: Stack, listed: () => readonly string[]): ReadonlySet<string> {
  const found = known.get(stack) ?? findOwnAccounts(stack, listed());
  known.set(stack, found);
  return found;
}

function findOwnAccounts(stack: Stack, listed: readonly string[]): ReadonlySet<string> {
  const told = stack.members.flatMap(({ type, props }) =>
    type === "pulumi:providers:aws"
      ? accountsOf(props.at("allowedAccountIds").json().items())
      : // Of what is sent elsewhere, `arn` is where to.
        accountsOf(PLACES[type]?.includes("arn") ? [] : [props.at("arn")]),
  );
  if (told.length > 0) {
    return new Set([...told, ...listed]);
  }
  const counts = new Map<string, number>();
  for (const account of accountsOf(stack.members.flatMap(placesOf))) {
    if (!listed.includes(account)) {
      counts.set(account, (counts.get(account) ?? 0) + 1);
    }
  }
  const most = Math.max(...counts.values());
  const usual = [...counts].filter(([, count]) => count === most).map(([account]) => account);
  return new Set([...(usual.length === 1 ? usual : []), ...listed]);
}

function accountsOf(places: readonly Property[]): string[] {
  const accounts: string[] = [];
  for (const place of places) {
    place.is((text) => {
      const account = accountOf(text);
      return account !== undefined && accounts.push(account) > 0;
    });
  }
  return accounts;
}
