import { isLike } from "../../support/glob";
import { onTypes, type ResourceRule } from "../../support/rule";
import { defineSettings } from "../../support/settings";
import { isMakingCall } from "../../support/sdkCalls";
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
};

/** A call of any address on the internet, with what the state holds. */
const HTTP = "http:invoke";

export const disallowSdkCalls: ResourceRule = {
  name: "sfn-state-machine-disallow-sdk-calls",
  displayName: "Nothing is made behind the program's back",
  description:
    "No state machine, schedule or gateway may call what makes or changes SageMaker's resources, templates, " +
    "rights, buckets or functions, nor send what it holds to an address on the internet.",
  enforcementLevel: "mandatory",
  severity: "high",
  tags: ["sfn", "compliance"],
  remediationSteps:
    "Declare the resource in the program, call a function instead of an address, or list the call in " +
    "`admitted` of this policy's config.",
  url: "https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html",
  configSchema: settings.schema,
  validateResource: onTypes([STATE_MACHINE, ...Object.keys(PLACES)], (resource, report, args) => {
    const { admitted } = settings.read(args);
    const place = PLACES[args.type];
    const called =
      place === undefined
        ? tasks(resource).map((task) => task.at("Resource"))
        : resource.within(place);
    const isForbidden = (arn: unknown) => {
      const call = callOf(arn);
      const isAdmitted = admitted.some((form) => isLike(call.toLowerCase(), form.toLowerCase()));
      return (isMakingCall(call) || call === HTTP) && !isAdmitted;
    };
    for (const arn of called.filter((each) => each.is(isForbidden))) {
      report(
        arn.is((text) => callOf(text) === HTTP)
          ? `An address on the internet is called: call a function in place of \`${arn.path}\`.`
          : "A resource is made or changed that no policy sees: declare it in the program in place " +
              `of \`${arn.path}\`.`,
      );
    }
  }),
};

/**
 * `sagemaker:createEndpoint` of `arn:aws:states:::aws-sdk:sagemaker:createEndpoint`, of
 * `arn:aws:states:::sagemaker:createEndpoint.sync`, of a scheduler's target, and of a gateway's
 * `arn:aws:apigateway:us-east-1:sagemaker:action/CreateEndpoint`.
 */
function callOf(arn: unknown): string {
  const text = typeof arn === "string" ? arn : "";
  const [, service, action] =
    /^arn:[^:]*:apigateway:[^:]*:([^:]+):action\/(\w+)/.exec(text) ??
    /^arn:[^:]*:(?:states|scheduler):::(?:aws-sdk:)?([^:]+):([^:.]+)/.exec(text) ??
    [];
  return service === undefined ? "" : `${service}:${action}`;
}
