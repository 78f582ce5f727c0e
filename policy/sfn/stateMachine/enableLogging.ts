import { onTypes, type ResourceRule } from "../../support/rule";
import { STATE_MACHINE } from "./resource";

export const enableLogging: ResourceRule = {
  name: "sfn-state-machine-enable-logging",
  displayName: "Executions are logged",
  description: "A state machine must log the events of its executions.",
  enforcementLevel: "mandatory",
  severity: "medium",
  tags: ["sfn", "observability"],
  remediationSteps:
    "Set `loggingConfiguration.level` to ERROR or ALL, and `loggingConfiguration.logDestination` " +
    "to the ARN of a log group with `:*` after it.",
  url: "https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html",
  validateResource: onTypes([STATE_MACHINE], (stateMachine, report) => {
    const logging = stateMachine.at("loggingConfiguration");
    const level = logging.at("level");
    if (!level.mayBe((value) => ["ALL", "ERROR"].includes(value as string))) {
      report(`Executions are not logged: set \`${level.path}\` to ERROR or ALL.`);
    }
    const destination = logging.at("logDestination");
    if (!destination.mayBeText) {
      report(`The logs go nowhere: set \`${destination.path}\` to the ARN of a log group.`);
    }
  }),
};
