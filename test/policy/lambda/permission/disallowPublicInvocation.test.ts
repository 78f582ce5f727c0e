import { disallowPublicInvocation } from "../../../../policy/lambda/permission/disallowPublicInvocation";
import { subject, UNKNOWN, withValue, without } from "../../../support/policy";
import { itDecides } from "../../cases";
import { permission } from "./resource";

const ANYONE =
  "Anyone may call the function by `principal`: set `sourceArn` or `sourceAccount` to whom the " +
  "call is for.";
const OPEN = "Everyone may call the function's URL: set `authorizationType` to AWS_IAM.";
const url = (authorizationType: unknown) =>
  subject("aws:lambda/functionUrl:FunctionUrl", { functionName: "classify", authorizationType });
const layer = (props: object) =>
  subject("aws:lambda/layerVersionPermission:LayerVersionPermission", {
    layerName: "any",
    principal: "*",
    ...props,
  });
const LAYER = "Everyone may use the layer: set `organizationId`, or name an account.";
const page = (
  type: "functionUrl:FunctionUrl" | "permission:Permission",
  name: string,
  props: object,
) => subject(`aws:lambda/${type}`, { function: "page", principal: "*", ...props }, { name });
const viaUrl = { action: "lambda:InvokeFunctionUrl", functionUrlAuthType: "NONE" };
const invoke = { action: "lambda:InvokeFunction", invokedViaFunctionUrl: true };
const bare = without(permission, "sourceArn");

describe("policy lambda/permission/disallowPublicInvocation", () => {
  itDecides(disallowPublicInvocation, {
    accepts: {
      "a service on behalf of one of our resources": permission,
      "a service on behalf of a bucket": withValue(
        permission,
        "sourceArn",
        "arn:aws:s3:::incoming",
      ),
      "a service on behalf of our account": withValue(bare, "sourceAccount", "123456789012"),
      "another account": withValue(bare, "principal", "111111111111"),
      "everyone of an organization": withValue(
        withValue(bare, "principal", "*"),
        "principalOrgId",
        "o-1a2b3c4d5e",
      ),
      "a source that only the update will know": withValue(permission, "sourceArn", UNKNOWN),
      "a skill, by its token": withValue(
        withValue(bare, "principal", "alexa-appkit.amazon.com"),
        "eventSourceToken",
        "amzn1.ask.skill.1",
      ),
      "a layer for the organization": layer({ organizationId: "o-1a2b3c4d5e" }),
      "a layer for one account": layer({ principal: "111111111111" }),
      "a layer for an organization that only the update will know": layer({
        organizationId: UNKNOWN,
      }),
      "a URL that asks for a signature": url("AWS_IAM"),
      "a URL of which only the update will know": url(UNKNOWN),
    },
    refuses: {
      everyone: [withValue(bare, "principal", "*"), ANYONE],
      "a service on anyone's behalf": [bare, ANYONE],
      "a service on behalf of any account": [
        withValue(permission, "sourceArn", "arn:aws:events:us-east-1:*:rule/*"),
        ANYONE,
      ],
      "a service on behalf of any bucket": [
        withValue(permission, "sourceArn", "arn:aws:s3:::*"),
        ANYONE,
      ],
      "a service on behalf of buckets with two letters in common": [
        withValue(permission, "sourceArn", "arn:aws:s3:::in*"),
        ANYONE,
      ],
      "an organization with a wildcard": [
        withValue(withValue(bare, "principal", "*"), "principalOrgId", "o-*"),
        ANYONE,
      ],
      "everyone who signs": [
        withValue(withValue(bare, "principal", "*"), "functionUrlAuthType", "AWS_IAM"),
        ANYONE,
      ],
      "administrators of all accounts": [
        withValue(bare, "principal", "arn:aws:iam::*:root"),
        ANYONE,
      ],
      "a service with a token that it does not send": [
        withValue(bare, "eventSourceToken", "any"),
        ANYONE,
      ],
      "every skill": [withValue(bare, "principal", "alexa-appkit.amazon.com"), ANYONE],
      "a layer for everyone": [layer({}), LAYER],
      "a layer for an organization with a wildcard": [layer({ organizationId: "o-*" }), LAYER],
      "a URL that is open": [url("NONE"), OPEN],
      "a page's URL, which no config lists": [
        page("functionUrl:FunctionUrl", "review-page", { authorizationType: "NONE" }),
        OPEN,
      ],
      "everyone at a page's URL, which no config lists": [
        page("permission:Permission", "review-page-url", viaUrl),
        ANYONE,
      ],
    },
  });

  describe("where the config lists a page", () => {
    itDecides(disallowPublicInvocation, {
      config: { pages: ["review-page"] },
      accepts: {
        "the listed page's URL": page("functionUrl:FunctionUrl", "review-page", {
          authorizationType: "NONE",
        }),
        "everyone at the listed page's URL": page(
          "permission:Permission",
          "review-page-url",
          viaUrl,
        ),
        "everyone through the listed page's URL": page(
          "permission:Permission",
          "review-page-invoke",
          invoke,
        ),
      },
      refuses: {
        "a URL that is open and called almost like the page": [
          page("functionUrl:FunctionUrl", "review-page-2", { authorizationType: "NONE" }),
          OPEN,
        ],
        "everyone at the page's function, without its URL": [
          page("permission:Permission", "review-page-invoke", { action: "lambda:InvokeFunction" }),
          ANYONE,
        ],
        "everyone with every right to the page's function": [
          page("permission:Permission", "review-page-url", { ...viaUrl, action: "lambda:*" }),
          ANYONE,
        ],
        "everyone at the page's URL, whatever it asks for": [
          page("permission:Permission", "review-page-url", { action: viaUrl.action }),
          ANYONE,
        ],
        "everyone at another function's URL": [
          page("permission:Permission", "workflow-filter-url", viaUrl),
          ANYONE,
        ],
      },
    });
  });
});
