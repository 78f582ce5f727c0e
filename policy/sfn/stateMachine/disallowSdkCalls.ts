import { isLike } from "../../support/glob";
import type { Property } from "../../support/property";
import { onTypes, type ResourceRule } from "../../support/rule";
import { defineSettings } from "../../support/settings";
import { isMakingCall } from "../../support/sdkCalls";
import { everywhere } from "../../sagemaker/workload/resource";
import { STATE_MACHINE, tasks } from "./resource";

const settings = defineSettings({
  admitted: {
    type: "array",
    items: { type: "string" },
    default: [],
    description: "Calls that may be made all the same, such as `sagemaker:createTransformJob`",
  },
});

/** What else calls services by itself, and where it says which. */
const PLACES: Readonly<Record<string, string>> = {
  "aws:scheduler/schedule:Schedule": "target.arn",
  "aws:apigateway/integration:Integration": "uri",
  "aws:apigateway/restApi:RestApi": "body",
  "aws:apigatewayv2/api:Api": "body",
  "aws:appsync/dataSource:DataSource": "httpConfig.endpoint",
};

const PIPELINE = "aws:sagemaker/pipeline:Pipeline";

const TYPES = [STATE_MACHINE, PIPELINE, ...Object.keys(PLACES)];

/** A call of any address on the internet, with what the state holds. */
const HTTP = "http:invoke";

export const disallowSdkCalls: ResourceRule = {
  name: "sfn-state-machine-disallow-sdk-calls",
  displayName: "Nothing is made behind the program's back",
  description:
    "No state machine, schedule, pipeline or gateway may call what makes endpoints, or makes or changes " +
    "other resources of SageMaker's, templates, rights, buckets or functions; no state machine may send " +
    "what it holds to an address on the internet.",
  enforcementLevel: "mandatory",
  severity: "high",
  tags: ["sfn", "compliance"],
  remediationSteps:
    "Declare the resource in the program, call a function instead of an address, or list the call in " +
    "`admitted` of this policy's config.",
  url: "https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html",
  configSchema: settings.schema,
  validateResource: onTypes(TYPES, (resource, report, args) => {
    const { admitted } = settings.read(args);
    const isForbidden = (call: string) =>
      (isMakingCall(call) || call === HTTP) &&
      !admitted.some((form) => isLike(call.toLowerCase(), form.toLowerCase()));
    for (const arn of callersIn(args.type, resource)) {
      const forbidden = callsOf(arn.text ?? "").find(isForbidden);
      if (forbidden === undefined) {
        continue;
      }
      report(
        forbidden === HTTP
          ? `An address on the internet is called: call a function in place of \`${arn.path}\`.`
          : "A resource is made or changed that no policy sees: declare it in the program in place " +
              `of \`${arn.path}\`.`,
      );
    }
  }),
};

/** What says which service is called. */
function callersIn(type: string, resource: Property): readonly Property[] {
  if (type === PIPELINE) {
    return everywhere(resource, "Type");
  }
  const place = PLACES[type];
  return place === undefined
    ? tasks(resource).map((task) => task.at("Resource"))
    : resource.within(place);
}

/** Steps of a pipeline that make what serves a model; what the others make has policies of its own. */
const DEPLOYING = ["EndpointConfig", "Endpoint", "InferenceComponent"];

/**
 * `sagemaker:createEndpoint` of `arn:aws:states:::aws-sdk:sagemaker:createEndpoint`, of
 * `arn:aws:states:::sagemaker:createEndpoint.sync`, of a scheduler's target, of a gateway's
 * `arn:aws:apigateway:us-east-1:sagemaker:action/CreateEndpoint`, which a description of a whole interface
 * may have many of, and of a pipeline's `Endpoint`. What calls a service by its address can make anything.
 */
function callsOf(text: string): readonly string[] {
  if (DEPLOYING.includes(text)) {
    return [`sagemaker:create${text}`];
  }
  const [, service, action] =
    /^arn:[^:]*:(?:states|scheduler):::(?:aws-sdk:)?([^:]+):([^:.]+)/.exec(text) ?? [];
  if (service !== undefined) {
    return [`${service}:${action}`];
  }
  const actions = text.matchAll(/arn:[\w-]*:apigateway:[\w-]*:([\w-]+):action\/(\w+)/g);
  const addresses = text.matchAll(
    /(?:^https:\/\/|arn:[\w-]*:apigateway:[\w-]*:)(api\.sagemaker|cloudcontrol|cloudformation|iam)(?:api)?(?:[.:]|$)/g,
  );
  return [
    ...[...actions].map(([, of, name]) => `${of}:${name}`),
    ...[...addresses].map(([, of]) => `${of?.replace("api.", "")}:createAnything`),
  ];
}
