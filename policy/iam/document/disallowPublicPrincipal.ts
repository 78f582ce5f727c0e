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

export const disallowPublicPrincipal: ResourceRule = {
  name: "iam-document-disallow-public-principal",
  displayName: "Nothing is open to everyone by a policy document",
  description:
    "No document on a bucket, key, topic, queue, bus, role, secret, repository, group of models or " +
    "the like may allow something to every principal.",
  enforcementLevel: "mandatory",
  severity: "critical",
  tags: ["iam", "security"],
  remediationSteps:
    "Name the accounts, roles or services in `Principal`, or add a condition on who they belong to.",
  url: "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html",
  configSchema: settings.schema,
  validateResource: onTypes([...RESOURCE_POLICIES, EVENT_PERMISSION], (resource, report, args) => {
    const { keys } = settings.read(args);
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
