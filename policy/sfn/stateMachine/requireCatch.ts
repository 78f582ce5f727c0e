import { onTypes, type ResourceRule } from "../../support/rule";
import { STATE_MACHINE, tasksWithin } from "./resource";

export const requireCatch: ResourceRule = {
  name: "sfn-state-machine-require-catch",
  displayName: "No failed step goes unnoticed",
  description: "Every task of a state machine, or a state around it, must catch all errors.",
  enforcementLevel: "mandatory",
  severity: "medium",
  tags: ["sfn", "availability"],
  remediationSteps: "Give the task a `Catch` with an entry for States.ALL.",
  url: "https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html",
  validateResource: onTypes([STATE_MACHINE], (stateMachine, report, args) => {
    if (stateMachine.at("definition").isUnknown) {
      args.notApplicable("`definition` is not known yet: the update judges it before it creates");
    }
    for (const states of tasksWithin(stateMachine)) {
      const handlers = states[0].at("Catch");
      const errors = states
        .flatMap((state) => state.at("Catch").items())
        .flatMap((handler) => handler.at("ErrorEquals").items());
      if (!errors.some((error) => error.is((name) => name === "States.ALL"))) {
        report(`A task fails unnoticed: add an entry for States.ALL to \`${handlers.path}\`.`);
      }
    }
  }),
};
