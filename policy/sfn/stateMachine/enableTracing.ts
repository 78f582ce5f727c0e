import { onTypes, type ResourceRule } from "../../support/rule";
import { STATE_MACHINE } from "./resource";

export const enableTracing: ResourceRule = {
  name: "sfn-state-machine-enable-tracing",
  displayName: "Executions are traced",
  description: "A state machine must record traces of its executions.",
  enforcementLevel: "mandatory",
  severity: "low",
  tags: ["sfn", "observability"],
  remediationSteps: "Set `tracingConfiguration.enabled` to true; its default is false.",
  url: "https://docs.aws.amazon.com/step-functions/latest/dg/concepts-xray-tracing.html",
  validateResource: onTypes([STATE_MACHINE], (stateMachine, report) => {
    const enabled = stateMachine.at("tracingConfiguration").at("enabled");
    if (!enabled.mayBe((value) => value === true)) {
      report(`Executions are not traced: set \`${enabled.path}\` to true.`);
    }
  }),
};
