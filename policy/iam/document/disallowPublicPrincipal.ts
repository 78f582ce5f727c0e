import { isLimitedBy, principals, SOURCE_KEYS, statements } from "../../support/document";
import { onTypes, type ResourceRule } from "../../support/rule";
import { defineSettings } from "../../support/settings";
import { documentOf, RESOURCE_POLICIES } from "./resource";

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
      "aws:SourceIp",
      "aws:SourceOrgPaths",
      "aws:SourceOwner",
      "aws:UserId",
      "elasticfilesystem:AccessedViaMountTarget",
      "kms:CallerAccount",
      "s3:DataAccessPointAccount",
      "s3:DataAccessPointArn",
    ],
    description: "Condition keys by which a statement on everyone is about somebody after all",
  },
});

/** A permission of the older form, for one principal. */
const EVENT_PERMISSION = "aws:cloudwatch/eventPermission:EventPermission";

/** What else can be opened to everyone, where, and how everyone is called there. */
const OPENINGS: Readonly<Record<string, readonly [path: string, everyone: string]>> = {
  "aws:ec2/amiLaunchPermission:AmiLaunchPermission": ["group", "all"],
  "aws:ec2/vpcEndpointService:VpcEndpointService": ["allowedPrincipals", "*"],
  "aws:ec2/vpcEndpointServiceAllowedPrinciple:VpcEndpointServiceAllowedPrinciple": [
    "principalArn",
    "*",
  ],
  "aws:rds/clusterSnapshot:ClusterSnapshot": ["sharedAccounts", "all"],
  "aws:rds/clusterSnapshotCopy:ClusterSnapshotCopy": ["sharedAccounts", "all"],
  "aws:rds/snapshot:Snapshot": ["sharedAccounts", "all"],
  "aws:rds/snapshotCopy:SnapshotCopy": ["sharedAccounts", "all"],
  "aws:ssm/document:Document": ["permissions.account_ids", "All"],
};

const TYPES = [...RESOURCE_POLICIES, EVENT_PERMISSION, ...Object.keys(OPENINGS)];

export const disallowPublicPrincipal: ResourceRule = {
  name: "iam-document-disallow-public-principal",
  displayName: "Nothing is open to everyone by a policy document",
  description:
    "No document on a bucket, key, topic, queue, bus, role, secret, repository, group of models or " +
    "the like may allow something to every principal, nor may an image of machines, a snapshot of a " +
    "database or a service of a network be shared with all.",
  enforcementLevel: "mandatory",
  severity: "critical",
  tags: ["iam", "security"],
  remediationSteps:
    "Name the accounts, roles or services in `Principal`, or add a condition on who they belong to.",
  url: "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html",
  configSchema: settings.schema,
  validateResource: onTypes(TYPES, (resource, report, args) => {
    const { keys } = settings.read(args);
    const [path, everyone] = OPENINGS[args.type] ?? [];
    for (const place of path === undefined ? [] : resource.within(path)) {
      if (place.is((text) => text === everyone)) {
        report(`Everyone is allowed: name who needs it in \`${place.path}\`.`);
      }
    }
    if (args.type === EVENT_PERMISSION) {
      const principal = resource.at("principal");
      const organization = resource.at("condition").at("value");
      if (principal.is((text) => text === "*") && !organization.mayBe(isOrganization)) {
        report(`Everyone is allowed: name who needs it in \`${principal.path}\`.`);
      }
      return;
    }
    const open = statements(documentOf(args.type, resource), "Allow").filter(
      (statement) => !isLimitedBy(statement, keys),
    );
    for (const statement of open) {
      for (const [, principal] of principals(statement)) {
        if (principal.matches(/^(\*$|arn:[^:]*:(iam|sts)::[^:*?]*[*?])/)) {
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

function isOrganization(value: unknown): boolean {
  return typeof value === "string" && /^o-[a-z0-9]+$/.test(value);
}
