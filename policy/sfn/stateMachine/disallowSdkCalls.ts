import { isLike } from "../../support/glob";
import { onTypes, type ResourceRule } from "../../support/rule";
import { defineSettings } from "../../support/settings";
import { STATE_MACHINE, tasks } from "./resource";

const settings = defineSettings({
  admitted: {
    type: "array",
    items: { type: "string" },
    default: [],
    description: "Calls that may be made all the same, such as `sagemaker:createTransformJob`",
  },
});

const SCHEDULE = "aws:scheduler/schedule:Schedule";

/** Calls that make or change what policies judge, as `service:action`. */
const MAKING = [
  "sagemaker:create*",
  "sagemaker:update*",
  "cloudcontrol:*",
  "cloudformation:create*",
  "cloudformation:update*",
  "cloudformation:execute*",
];

export const disallowSdkCalls: ResourceRule = {
  name: "sfn-state-machine-disallow-sdk-calls",
  displayName: "Nothing is made behind the program's back",
  description:
    "No state machine or schedule may call what makes or changes SageMaker's resources or templates.",
  enforcementLevel: "mandatory",
  severity: "high",
  tags: ["sfn", "compliance"],
  remediationSteps:
    "Declare the resource in the program, or list the call in `admitted` of this policy's config.",
  url: "https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html",
  configSchema: settings.schema,
  validateResource: onTypes([STATE_MACHINE, SCHEDULE], (resource, report, args) => {
    const { admitted } = settings.read(args);
    const called =
      args.type === SCHEDULE
        ? [resource.at("target").at("arn")]
        : tasks(resource).map((task) => task.at("Resource"));
    const isForbidden = (arn: unknown) => {
      const call = callOf(arn);
      const isIn = (list: readonly string[]) =>
        list.some((form) => isLike(call.toLowerCase(), form.toLowerCase()));
      return isIn(MAKING) && !isIn(admitted);
    };
    for (const arn of called.filter((each) => each.is(isForbidden))) {
      report(
        `A resource is made that no policy sees: declare it in the program in place of \`${arn.path}\`.`,
      );
    }
  }),
};

/**
 * `sagemaker:createEndpoint` of `arn:aws:states:::aws-sdk:sagemaker:createEndpoint`, of
 * `arn:aws:states:::sagemaker:createEndpoint.sync` and of a scheduler's target.
 */
function callOf(arn: unknown): string {
  const found =
    typeof arn === "string"
      ? /^arn:[^:]*:(states|scheduler):::(?:aws-sdk:)?([^:]+:[^:.]+)/.exec(arn)
      : null;
  return found?.[2] ?? "";
}
