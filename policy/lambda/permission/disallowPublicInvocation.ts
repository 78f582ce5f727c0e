import type { Property } from "../../support/property";
import { onTypes, type ResourceRule } from "../../support/rule";

const PERMISSION = "aws:lambda/permission:Permission";
const FUNCTION_URL = "aws:lambda/functionUrl:FunctionUrl";

export const disallowPublicInvocation: ResourceRule = {
  name: "lambda-permission-disallow-public-invocation",
  displayName: "Functions are not open to everyone",
  description:
    "No permission or URL of a function may let everyone call it, nor a service on anyone's behalf.",
  enforcementLevel: "mandatory",
  severity: "critical",
  tags: ["lambda", "security"],
  remediationSteps:
    "Set `authorizationType` of a URL to AWS_IAM, and `sourceArn` or `sourceAccount` of a permission.",
  url: "https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html",
  validateResource: onTypes([PERMISSION, FUNCTION_URL], (resource, report, args) => {
    if (args.type === FUNCTION_URL) {
      const type = resource.at("authorizationType");
      if (!type.mayBe((value) => value === "AWS_IAM")) {
        report(`Everyone may call the function's URL: set \`${type.path}\` to AWS_IAM.`);
      }
      return;
    }
    const principal = resource.at("principal");
    const isOpen = principal.matches(/^(\*|.*\.amazonaws\.com(\.cn)?|arn:[^:]*:iam::\*.*)$/);
    const limits = [
      mayMatch(resource.at("sourceAccount"), /^\d+$/),
      mayMatch(resource.at("sourceArn"), /^arn:[^:*?]+:[^:*?]+:[^:]*:(\d+:.|:[^*?:]{3})/),
      mayMatch(resource.at("principalOrgId"), /^o-[a-z0-9]+$/),
      resource.at("functionUrlAuthType").mayBe((text) => text === "AWS_IAM"),
      mayMatch(resource.at("eventSourceToken"), /./),
    ];
    if (isOpen && !limits.includes(true)) {
      report(
        `Anyone may call the function by \`${principal.path}\`: set \`sourceArn\` or ` +
          "`sourceAccount` to whom the call is for.",
      );
    }
  }),
};

function mayMatch(property: Property, form: RegExp): boolean {
  return property.mayBe((text) => typeof text === "string" && form.test(text));
}
