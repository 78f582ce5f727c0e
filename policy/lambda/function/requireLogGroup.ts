import { LOG_GROUP } from "../../cloudwatch/logGroup/resource";
import { onEachAsAsked, type StackRule } from "../../support/rule";
import { FUNCTION } from "./resource";

/** "Configuring CloudWatch log groups": where a function writes that is not told otherwise. */
const USUAL_GROUP = /^\/aws\/lambda\/(.+)$/;

const nameOfFunction = (group: string) => USUAL_GROUP.exec(group)?.[1];

/** Lambda makes a missing group itself, and that one keeps its logs for ever. */
export const requireLogGroup: StackRule = {
  name: "lambda-function-require-log-group",
  displayName: "The stack looks after the logs of its functions",
  description: "Every Lambda function must write to a log group of its stack.",
  enforcementLevel: "mandatory",
  severity: "medium",
  tags: ["lambda", "observability"],
  remediationSteps:
    "Add an `aws.cloudwatch.LogGroup`, and set `loggingConfig.logGroup` of the function to its name.",
  url: "https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-loggroups.html",
  ...onEachAsAsked([FUNCTION], (lambda, stack, report) => {
    const isToldOtherwise = !lambda.asked("loggingConfig").at("logGroup").isAbsent;
    const groups = isToldOtherwise
      ? stack.referredToBy(lambda, [LOG_GROUP], "loggingConfig.logGroup", "name")
      : stack.referringTo(lambda, [LOG_GROUP], "name", "name", nameOfFunction);
    if (groups.length === 0) {
      report(
        "The function's log group is not in the stack: add an `aws.cloudwatch.LogGroup` and name " +
          "it in `loggingConfig.logGroup`.",
      );
    }
  }),
};
