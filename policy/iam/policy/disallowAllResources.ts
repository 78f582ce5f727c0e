import { onTypes, type ResourceRule } from "../../support/rule";
import { defineSettings } from "../../support/settings";
import { allowStatements, IDENTITY_POLICIES } from "./resource";

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
      "logs:ListLogDeliveries",
      "logs:PutResourcePolicy",
      "logs:DescribeResourcePolicies",
      "logs:DescribeLogGroups",
      // Interfaces have no ARN before a service makes them in a network of ours.
      "ec2:CreateNetworkInterface",
      "ec2:CreateNetworkInterfacePermission",
      "ec2:DeleteNetworkInterface",
      "ec2:DeleteNetworkInterfacePermission",
      "ec2:AssignPrivateIpAddresses",
      "ec2:UnassignPrivateIpAddresses",
      // What describes a network knows no resources.
      "ec2:DescribeDhcpOptions",
      "ec2:DescribeNetworkInterfaces",
      "ec2:DescribeSecurityGroups",
      "ec2:DescribeSubnets",
      "ec2:DescribeVpcEndpoints",
      "ec2:DescribeVpcs",
    ],
    description: "Actions that may be allowed on every resource, because they know none",
  },
});

/** `*`, and ARNs that leave open which resource it is: `arn:aws:s3:::*`, not `arn:...:alarm:*`. */
const EVERY_RESOURCE = /^(\*+|arn:([^:]*:){0,4}[*?/:]*\*[*?/:]*)$/;

export const disallowAllResources: ResourceRule = {
  name: "iam-policy-disallow-all-resources",
  displayName: "Every grant names its resources",
  description:
    "No policy may allow actions on every resource, unless they are actions that know no resources.",
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
      const open = statement
        .at("Resource")
        .itemsOrSelf()
        .find((each) => each.matches(EVERY_RESOURCE));
      const guilty = statement
        .at("Action")
        .itemsOrSelf()
        .filter(
          (action) => !action.mayBe((value) => allowed.includes(String(value).toLowerCase())),
        );
      if (open !== undefined && guilty.length > 0) {
        const actions = guilty.map(({ path }) => `\`${path}\``).join(", ");
        report(`${actions} is allowed on every resource: name those needed in \`${open.path}\`.`);
      }
    }
  }),
};
