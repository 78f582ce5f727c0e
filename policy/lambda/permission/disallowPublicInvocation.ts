import type { Property } from "../../support/property";
import { onTypes, type ResourceRule } from "../../support/rule";
import { defineSettings } from "../../support/settings";

const PERMISSION = "aws:lambda/permission:Permission";
const FUNCTION_URL = "aws:lambda/functionUrl:FunctionUrl";
const LAYER_PERMISSION = "aws:lambda/layerVersionPermission:LayerVersionPermission";

/** Services that call on behalf of accounts of AWS, and those of Alexa. */
const SERVICE = /^.*\.amazon(aws)?\.com(\.cn)?$/;
/** Only these send the token of a skill ("Lambda AddPermission", `EventSourceToken`). */
const ALEXA = /^alexa-[a-z]+\.amazon\.com$/;

const ORGANIZATION = /^o-[a-z0-9]+$/;

const settings = defineSettings({
  pages: {
    type: "array",
    items: { type: "string", pattern: "^[A-Za-z0-9_.-]+$" },
    default: [],
    description:
      "Names of function URLs that everyone may call, for they ask for something else than a " +
      "signature of AWS's; the permissions of a page `p` are called `p-url` and `p-invoke`",
  },
});

export const disallowPublicInvocation: ResourceRule = {
  name: "lambda-permission-disallow-public-invocation",
  displayName: "Functions are not open to everyone",
  description:
    "No permission or URL of a function may let everyone call it, but for pages that are listed, nor " +
    "a service on anyone's behalf; no layer may be open to everyone.",
  enforcementLevel: "mandatory",
  severity: "critical",
  tags: ["lambda", "security"],
  remediationSteps:
    "Set `authorizationType` of a URL to AWS_IAM, `sourceArn` or `sourceAccount` of a permission, and " +
    "`organizationId` of a layer's.",
  url: "https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html",
  configSchema: settings.schema,
  validateResource: onTypes(
    [PERMISSION, FUNCTION_URL, LAYER_PERMISSION],
    (resource, report, args) => {
      const { pages } = settings.read(args);
      if (args.type === FUNCTION_URL) {
        const type = resource.at("authorizationType");
        if (!pages.includes(args.name) && !type.mayBe((value) => value === "AWS_IAM")) {
          report(`Everyone may call the function's URL: set \`${type.path}\` to AWS_IAM.`);
        }
        return;
      }
      const principal = resource.at("principal");
      if (args.type === LAYER_PERMISSION) {
        const organization = resource.at("organizationId");
        if (principal.is((text) => text === "*") && !mayMatch(organization, ORGANIZATION)) {
          report(`Everyone may use the layer: set \`${organization.path}\`, or name an account.`);
        }
        return;
      }
      const isOpen =
        principal.matches(SERVICE) || principal.matches(/^(\*$|arn:[^:]*:iam::[^:*?]*[*?])/);
      // A URL that asks for a signature takes those of every account, so its type is no limit.
      const limits = [
        mayMatch(resource.at("sourceAccount"), /^\d+$/),
        mayMatch(resource.at("sourceArn"), /^arn:[^:*?]+:[^:*?]+:[^:]*:(\d+:.|:[^*?:]{3})/),
        mayMatch(resource.at("principalOrgId"), ORGANIZATION),
        principal.matches(ALEXA) && mayMatch(resource.at("eventSourceToken"), /./),
      ];
      if (isOpen && !limits.includes(true) && !opensPage(resource, args.name, pages)) {
        report(
          `Anyone may call the function by \`${principal.path}\`: set \`sourceArn\` or ` +
            "`sourceAccount` to whom the call is for.",
        );
      }
    },
  ),
};

/** Whether a permission opens the URL of a listed page, and no other way to its function. */
function opensPage(permission: Property, name: string, pages: readonly string[]): boolean {
  const is = (key: string, expected: unknown) =>
    permission.at(key).is((value) => value === expected);
  return (
    (pages.some((page) => name === `${page}-url`) &&
      is("action", "lambda:InvokeFunctionUrl") &&
      is("functionUrlAuthType", "NONE")) ||
    (pages.some((page) => name === `${page}-invoke`) &&
      is("action", "lambda:InvokeFunction") &&
      is("invokedViaFunctionUrl", true))
  );
}

function mayMatch(property: Property, form: RegExp): boolean {
  return property.mayBe((text) => typeof text === "string" && form.test(text));
}
