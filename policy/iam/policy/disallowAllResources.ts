import { conditions, hasVariable } from "../../support/document";
import { isLike } from "../../support/glob";
import type { Property } from "../../support/property";
import { onTypes, type ResourceRule } from "../../support/rule";
import { defineSettings } from "../../support/settings";
import { knowsNoResources } from "../../support/withoutResources";
import { allowStatements, IDENTITY_POLICIES, withoutVariables } from "./resource";

const settings = defineSettings({
  allowed: {
    type: "array",
    items: { type: "string" },
    // "Actions, resources, and condition keys for AWS services", Service Authorization Reference.
    default: [
      // A token is for all registries; pulling takes a grant on the repository besides.
      "ecr:GetAuthorizationToken",
      // Metrics are no resources; a condition on `cloudwatch:namespace` narrows it.
      "cloudwatch:PutMetricData",
      // Traces are no resources.
      "xray:PutTraceSegments",
      "xray:PutTelemetryRecords",
      "xray:GetSamplingRules",
      "xray:GetSamplingTargets",
      "xray:GetSamplingStatisticSummaries",
      // Log deliveries are no resources; whoever sets them up must find the group and its policy.
      "logs:CreateLogDelivery",
      "logs:GetLogDelivery",
      "logs:UpdateLogDelivery",
      "logs:DeleteLogDelivery",
      "logs:PutResourcePolicy",
      // Interfaces have no ARN before a service makes them in a network of ours.
      "ec2:CreateNetworkInterface",
      "ec2:CreateNetworkInterfacePermission",
      "ec2:DeleteNetworkInterface",
      "ec2:DeleteNetworkInterfacePermission",
      "ec2:AssignPrivateIpAddresses",
      "ec2:UnassignPrivateIpAddresses",
      // What is spoken or translated is given with the call; lexicons and the like are extras.
      "polly:SynthesizeSpeech",
      "translate:TranslateText",
      // Neither do sessions of an agent have ARNs, before it has opened them.
      "ssmmessages:CreateControlChannel",
      "ssmmessages:CreateDataChannel",
      "ssmmessages:OpenControlChannel",
      "ssmmessages:OpenDataChannel",
      // Searches, metrics and callers are no resources either.
      "sagemaker:Search",
      "cloudwatch:GetMetricData",
      "cloudwatch:GetMetricStatistics",
      "sts:GetCallerIdentity",
      "tag:GetResources",
    ],
    description:
      "Actions beside lists that may be allowed on every resource, because they know none",
  },
});

/**
 * `*`, and ARNs that leave open whose resource it is, or which: `arn:aws:kms:*:*:key/*`,
 * `arn:aws:s3:::*e*`, `arn:aws:lambda:eu-west-1:000000000000:*`; not `arn:...:alarm:*`, of which
 * {@link isEveryOne} tells those that are precious.
 */
function isOpen(given: unknown): boolean {
  const text = typeof given === "string" ? withoutVariables(given) : "";
  if (!/[*?]/.test(text)) {
    return false;
  }
  const [arn, partition, service = "", region = "", account = "", ...rest] = text.split(":", 64);
  const name = rest.join(":");
  // AWS keeps images of its own in accounts that differ from region to region.
  const isImage = service === "ecr" && !/[*?]/.test(name);
  const isAnyones = /[*?]/.test(service) || (/[*?]/.test(account) && !isImage);
  // Buckets have neither region nor account: their name has to begin with something.
  const bare = service === "s3" || (region === "" && account === "");
  const nameless = !/[^*?/:]/.test(name) || (bare && !/^([^*?]{3}|[^*?/]+(\/|$))/.test(name));
  return arn !== "arn" || partition === undefined || isAnyones || nameless;
}

/** What reads or runs what is in a resource. Whoever deploys has to see and change all of a kind. */
const USES = [
  "dynamodb:*item*",
  "dynamodb:query",
  "dynamodb:scan",
  "kinesis:getrecords",
  "kinesis:putrecord*",
  "kms:decrypt",
  "kms:encrypt",
  "kms:generatedatakey*",
  "kms:reencrypt*",
  "lambda:invoke*",
  "rds-db:connect",
  "s3:deleteobject*",
  "s3:getobject*",
  "s3:putobject*",
  "sagemaker:invokeendpoint*",
  "secretsmanager:*getsecretvalue",
  "secretsmanager:putsecretvalue",
  "ssm:getparameter*",
  "states:start*execution",
];

/** Kinds of which all of an account are too many: those that hold data, secrets or code. */
const PRECIOUS: readonly string[] = [
  "dynamodb:table",
  "kinesis:stream",
  "kms:key",
  "lambda:function",
  "rds-db:dbuser",
  "s3:accesspoint",
  "sagemaker:endpoint",
  "secretsmanager:secret",
  "ssm:parameter",
  "states:stateMachine",
].map((kind) => kind.toLowerCase());

/** `arn:aws:lambda:eu-west-1:000000000000:function:*`: all of a kind, with no beginning of a name. */
function isEveryOne(given: unknown): boolean {
  const text = typeof given === "string" ? withoutVariables(given) : "";
  const [, , service = "", , , ...rest] = text.split(":", 64);
  const [, kind = "", name = ""] = /^([A-Za-z-]+)[:/](.*)$/.exec(rest.join(":")) ?? [];
  const isPrecious = PRECIOUS.includes(`${service}:${kind}`.toLowerCase());
  // Each id has hyphens: those do not make it a name.
  return isPrecious && /^-*[*?][*?-]*([/:]|$)/.test(name);
}

function isUse(action: string): boolean {
  return USES.some((form) => isLike(action.toLowerCase(), form));
}

/** Whether a resource is of the service that an action is of. */
function isOfService(resource: Property, action: string): boolean {
  const service = action.split(":")[0]?.toLowerCase();
  return resource.is((arn) => String(arn).split(":", 3)[2]?.toLowerCase() === service);
}

/** Conditions on tags of what is used, on names and on services. */
const NAMES = /^(aws:resourcetag\/|kms:|secretsmanager:|ssm:|lambda:|dynamodb:)/;
/** Those on tags: what has the tag has been told apart from everything else. */
const TAGS = /^[a-z0-9-]+:resourcetag\/./;

/** Whether one of some keys has to be what is named. Unknown conditions may. */
function isNarrowed(statement: Property, keys: RegExp): boolean {
  return (
    statement.at("Condition").isUnknown ||
    conditions(statement).some(
      ({ operator, key, values }) =>
        /^(ForAnyValue:)?(String|Arn)(Equals|Like|EqualsIgnoreCase)$/i.test(operator) &&
        keys.test(key) &&
        values.length > 0 &&
        values.every((value) =>
          value.mayBe((text) => /^[^*?]{3}/.test(String(text)) && !hasVariable(String(text))),
        ),
    )
  );
}

export const disallowAllResources: ResourceRule = {
  name: "iam-policy-disallow-all-resources",
  displayName: "Every grant names its resources",
  description:
    "No policy may allow actions on every resource, unless they know no resources, or a condition names " +
    "a tag of those that are meant; nor the use of every endpoint, function, key, secret, parameter, table, " +
    "stream or state machine of an account, unless a condition names a tag, an alias or the like.",
  enforcementLevel: "mandatory",
  severity: "high",
  tags: ["iam", "least-privilege"],
  remediationSteps: "Name the ARNs of the resources that the role needs in `Resource`.",
  url: "https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html",
  configSchema: settings.schema,
  validateResource: onTypes(IDENTITY_POLICIES, (resource, report, args) => {
    const allowed = settings.read(args).allowed.map((action) => action.toLowerCase());
    for (const statement of allowStatements(resource)) {
      const exceptions = statement.at("NotResource");
      if (!exceptions.isAbsent) {
        report(
          `All but some resources are open: use \`Resource\` instead of \`${exceptions.path}\`.`,
        );
      }
      const resources = statement.at("Resource").itemsOrSelf();
      const isTagged = isNarrowed(statement, TAGS);
      const anything = isTagged ? undefined : resources.find((each) => each.is(isOpen));
      const ofAKind = isNarrowed(statement, NAMES)
        ? []
        : resources.filter((each) => each.is(isEveryOne));
      const used = (action: string) =>
        isUse(action) ? ofAKind.find((each) => isOfService(each, action)) : undefined;
      const needsNone = (action: string) =>
        knowsNoResources(action) || allowed.includes(action.toLowerCase());
      const actions = statement.at("Action").itemsOrSelf();
      const guilty = actions.filter(
        (action) =>
          !action.mayBe((value) => {
            const name = String(value);
            return needsNone(name) || (anything ?? used(name)) === undefined;
          }),
      );
      const open = anything ?? guilty.flatMap(({ text = "" }) => used(text) ?? [])[0];
      if (open !== undefined && guilty.length > 0) {
        const named = guilty.map(({ path }) => `\`${path}\``).join(", ");
        report(`${named} is allowed on every resource: name those needed in \`${open.path}\`.`);
      }
    }
  }),
};
