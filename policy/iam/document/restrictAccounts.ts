import { conditions, principals, statements } from "../../support/document";
import type { Member } from "../../support/member";
import type { Property } from "../../support/property";
import { onEachLike, type StackRule } from "../../support/rule";
import { defineSettings } from "../../support/settings";
import { STATE_MACHINE } from "../../sfn/stateMachine/resource";
import type { Stack } from "../../support/stack";
import { actionLike, allowStatements, IDENTITY_POLICIES } from "../policy/resource";
import { LOAD_BALANCERS } from "../loadBalancers";
import { documentOf, RESOURCE_POLICIES } from "./resource";

const settings = defineSettings({
  accounts: {
    type: "array",
    items: { type: "string", pattern: "^[0-9]{12}$" },
    default: [],
    description: "Ids of accounts beside the stack's own that may be trusted",
  },
});

/**
 * Properties that say, wherever they are, whose key or role is used, who labels data, and who is told
 * what has happened: `kmsKeyId`, `executionRoleArn`, `workteamArn`, `errorTopic`.
 */
const NAMES = /kms|roles?(arns?)?$|workteamarn$|\wtopic(arn)?$/i;

/** What else names accounts outside of documents, and where: whom, and where data goes. */
const PLACES: Readonly<Record<string, readonly string[]>> = {
  "aws:backup/plan:Plan": ["rules.copyActions.destinationVaultArn"],
  "aws:cloudwatch/eventPermission:EventPermission": ["principal"],
  "aws:cloudwatch/eventTarget:EventTarget": ["arn"],
  "aws:cloudwatch/logSubscriptionFilter:LogSubscriptionFilter": ["destinationArn"],
  "aws:ec2/amiLaunchPermission:AmiLaunchPermission": ["accountId"],
  "aws:ec2/snapshotCreateVolumePermission:SnapshotCreateVolumePermission": ["accountId"],
  "aws:ec2/vpcEndpointService:VpcEndpointService": ["allowedPrincipals"],
  "aws:ec2/vpcEndpointServiceAllowedPrinciple:VpcEndpointServiceAllowedPrinciple": ["principalArn"],
  "aws:ecr/replicationConfiguration:ReplicationConfiguration": [
    "replicationConfiguration.rules.destinations.registryId",
  ],
  "aws:kms/grant:Grant": ["granteePrincipal", "retiringPrincipal"],
  "aws:lakeformation/permissions:Permissions": ["principal"],
  "aws:lambda/function:Function": ["deadLetterConfig.targetArn"],
  "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig": [
    "destinationConfig.onFailure.destination",
    "destinationConfig.onSuccess.destination",
  ],
  "aws:lambda/layerVersionPermission:LayerVersionPermission": ["principal"],
  "aws:lambda/permission:Permission": ["principal", "sourceAccount", "sourceArn"],
  "aws:pipes/pipe:Pipe": ["source", "enrichment", "target"],
  "aws:ram/principalAssociation:PrincipalAssociation": ["principal"],
  "aws:rds/clusterSnapshot:ClusterSnapshot": ["sharedAccounts"],
  "aws:rds/snapshot:Snapshot": ["sharedAccounts"],
  "aws:s3/accessPoint:AccessPoint": ["accountId", "bucketAccountId"],
  "aws:s3/bucketNotification:BucketNotification": [
    "topics.topicArn",
    "queues.queueArn",
    "lambdaFunctions.lambdaFunctionArn",
  ],
  "aws:s3/bucketReplicationConfig:BucketReplicationConfig": ["rules.destination.account"],
  "aws:s3/inventory:Inventory": ["destination.bucket.accountId"],
  "aws:s3control/accessGrant:AccessGrant": ["grantee.granteeIdentifier"],
  "aws:s3control/objectLambdaAccessPoint:ObjectLambdaAccessPoint": [
    "configuration.transformationConfigurations.contentTransformation.awsLambda.functionArn",
  ],
  "aws:s3control/storageLensConfiguration:StorageLensConfiguration": [
    "storageLensConfiguration.dataExport.s3BucketDestination.accountId",
  ],
  "aws:s3tables/tableBucketReplication:TableBucketReplication": [
    "rule.destinations.destinationTableBucketArn",
  ],
  "aws:s3tables/tableReplication:TableReplication": ["rule.destinations.destinationTableBucketArn"],
  "aws:sagemaker/domain:Domain": ["domainSettings.dockerSettings.vpcOnlyTrustedAccounts"],
  "aws:scheduler/schedule:Schedule": ["target.arn"],
  "aws:sns/topicSubscription:TopicSubscription": ["endpoint"],
  "aws:ssm/document:Document": ["permissions.account_ids", "permissions.accountIds"],
};

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
    "No document, permission or grant may be for another account, and no key, role, target or copy " +
    "be another account's, unless it is listed.",
  enforcementLevel: "mandatory",
  severity: "high",
  tags: ["iam", "confused-deputy"],
  remediationSteps:
    "Name the stack's own account, by `aws.getCallerIdentity`, or list the other one in `accounts` " +
    "of this policy's config.",
  url: "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_common-scenarios_third-party.html",
  configSchema: settings.schema,
  validateStack: onEachLike(/^aws:/, (member, stack, report, args) => {
    const own = ownAccounts(stack, () => settings.read(args).accounts);
    for (const [kind, principal] of allowed(member).flatMap(principals)) {
      if (kind === "CanonicalUser") {
        report(
          `Nobody can tell whose id that is: name the account's ARN in \`${principal.path}\`.`,
        );
      }
    }
    for (const place of placesOf(member)) {
      const account = accountOf(place);
      if (account !== undefined && !own.has(account)) {
        report(
          `Another account is trusted: name the stack's own in \`${place.path}\`, or list the other ` +
            "in `accounts` of this policy's config.",
        );
      }
    }
  }),
};

/** `000000000000`, alone, in an ARN, or in the address of a queue. */
const ACCOUNT = /^(?:(?:arn:[^:]+:[^:]+:[^:]*:)?(\d{12})(?::|$)|https:\/\/sqs\.[^/]+\/(\d{12})\/)/;

function accountOf({ text = "" }: Property): string | undefined {
  const [, inArn, inAddress] = ACCOUNT.exec(text) ?? [];
  const account = inArn ?? inAddress;
  return account === undefined || LOAD_BALANCERS.has(account) ? undefined : account;
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
  return [...named, ...places, ...called, ...assumed(member), ...partsCalled(member.props)];
}

/** The roles that a policy lets somebody be. */
function assumed({ type, props }: Member): Property[] {
  return IDENTITY_POLICIES.includes(type)
    ? allowStatements(props)
        .filter((statement) => actionLike(statement, ["sts:AssumeRole"]) !== undefined)
        .flatMap((statement) => statement.at("Resource").itemsOrSelf())
    : [];
}

/** What is called by one of the {@link NAMES}, wherever it is. */
function partsCalled(property: Property): Property[] {
  return property.isMap
    ? property
        .entries()
        .flatMap(([name, part]) => (NAMES.test(name) ? part.leaves() : partsCalled(part)))
    : property.items().flatMap(partsCalled);
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
  return places.flatMap((place) => accountOf(place) ?? []);
}
