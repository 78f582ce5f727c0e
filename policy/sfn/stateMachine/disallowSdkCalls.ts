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

/** Calls that make, change or undo what policies judge, as `service:action`. */
const MAKING = [
  "sagemaker:create*",
  "sagemaker:update*",
  "sagemaker:delete*",
  "cloudcontrol:*",
  "cloudformation:create*",
  "cloudformation:update*",
  "cloudformation:execute*",
  "iam:add*",
  "iam:attach*",
  "iam:create*",
  "iam:delete*",
  "iam:detach*",
  "iam:put*",
  "iam:remove*",
  "iam:set*",
  "iam:update*",
  "kms:create*",
  "kms:disable*",
  "kms:put*",
  "kms:scheduleKeyDeletion",
  "lambda:add*permission",
  "lambda:create*",
  "lambda:update*",
  "s3:createBucket",
  "s3:deleteBucket*",
  "s3:deletePublicAccessBlock",
  "s3:put*acl",
  "s3:putBucket*",
  "s3:putPublicAccessBlock",
  "s3control:create*",
  "s3control:delete*",
  "s3control:put*",
  "scheduler:create*",
  "scheduler:update*",
  "sfn:create*",
  "sfn:update*",
  "sns:addPermission",
  "sns:setTopicAttributes",
  "sqs:addPermission",
  "sqs:setQueueAttributes",
];

/** A call of any address on the internet, with what the state holds. */
const HTTP = "http:invoke";

export const disallowSdkCalls: ResourceRule = {
  name: "sfn-state-machine-disallow-sdk-calls",
  displayName: "Nothing is made behind the program's back",
  description:
    "No state machine or schedule may call what makes or changes SageMaker's resources, templates, " +
    "rights, buckets or functions, nor send what it holds to an address on the internet.",
  enforcementLevel: "mandatory",
  severity: "high",
  tags: ["sfn", "compliance"],
  remediationSteps:
    "Declare the resource in the program, call a function instead of an address, or list the call in " +
    "`admitted` of this policy's config.",
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
      return isIn([...MAKING, HTTP]) && !isIn(admitted);
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
 * `arn:aws:states:::sagemaker:createEndpoint.sync` and of a scheduler's target.
 */
function callOf(arn: unknown): string {
  const found =
    typeof arn === "string"
      ? /^arn:[^:]*:(states|scheduler):::(?:aws-sdk:)?([^:]+:[^:.]+)/.exec(arn)
      : null;
  return found?.[2] ?? "";
}
