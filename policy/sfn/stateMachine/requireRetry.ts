import { onTypes, type ResourceRule } from "../../support/rule";
import { STATE_MACHINE, tasksWithin } from "./resource";

export const requireRetry: ResourceRule = {
  name: "sfn-state-machine-require-retry",
  displayName: "Every step is tried again",
  description:
    "Every task of a state machine, or a state around it, must be retried for some error.",
  enforcementLevel: "mandatory",
  severity: "medium",
  tags: ["sfn", "availability"],
  remediationSteps:
    "Give the task a `Retry` with at least one entry, whose `MaxAttempts` is not 0.",
  url: "https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html",
  validateResource: onTypes([STATE_MACHINE], (stateMachine, report, args) => {
    if (stateMachine.at("definition").isUnknown) {
      args.notApplicable("`definition` is not known yet: the update judges it before it creates");
    }
    for (const states of tasksWithin(stateMachine)) {
      const retry = states[0].at("Retry");
      // Without `MaxAttempts` there are three.
      const counts = states
        .flatMap((state) => state.at("Retry").items())
        .filter((each) => !each.at("MaxAttempts").is((most) => most === 0));
      if (counts.length === 0) {
        report(`A task is never tried again: add an entry to \`${retry.path}\`.`);
      }
    }
  }),
};
