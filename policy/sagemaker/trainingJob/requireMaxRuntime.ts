import { onTypes, type ResourceRule } from "../../support/rule";
import { defineSettings } from "../../support/settings";
import { TRAINING_JOB } from "./resource";

const settings = defineSettings({
  maximum: {
    type: "integer",
    minimum: 1,
    // "StoppingCondition", SageMaker API Reference: also what SageMaker takes when nothing is set.
    default: 86_400,
    description: "Longest time that a training job may be given, in seconds",
  },
});

export const requireMaxRuntime: ResourceRule = {
  name: "sagemaker-training-job-require-max-runtime",
  displayName: "Training jobs end",
  description: "A training job must have a time limit of its own, within the approved maximum.",
  enforcementLevel: "mandatory",
  severity: "medium",
  tags: ["sagemaker", "cost"],
  remediationSteps:
    "Set `stoppingCondition.maxRuntimeInSeconds` to a little more than a run takes.",
  url: "https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_StoppingCondition.html",
  configSchema: settings.schema,
  validateResource: onTypes([TRAINING_JOB], (job, report, args) => {
    const { maximum } = settings.read(args);
    const limit = job.at("stoppingCondition").at("maxRuntimeInSeconds");
    if (!limit.mayBe((value) => typeof value === "number" && value >= 1 && value <= maximum)) {
      report(`The job has no proper time limit: set \`${limit.path}\` to 1 to ${maximum} seconds.`);
    }
  }),
};
