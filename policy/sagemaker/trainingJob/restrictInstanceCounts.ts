import { onTypes, type ResourceRule } from "../../support/rule";
import { defineSettings } from "../../support/settings";
import { TRAINING_JOB } from "./resource";

const settings = defineSettings({
  maximum: {
    type: "integer",
    minimum: 1,
    default: 2,
    description: "Most instances that a training job may run on at once, all groups together",
  },
});

export const restrictInstanceCounts: ResourceRule = {
  name: "sagemaker-training-job-restrict-instance-counts",
  displayName: "Training runs on an approved number of instances",
  description: "A training job must not run on more than the approved number of instances.",
  enforcementLevel: "mandatory",
  severity: "medium",
  tags: ["sagemaker", "cost"],
  remediationSteps: "Set `resourceConfig.instanceCount` within the approved maximum.",
  url: "https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ResourceConfig.html",
  configSchema: settings.schema,
  validateResource: onTypes([TRAINING_JOB], (job, report, args) => {
    const { maximum } = settings.read(args);
    const resources = job.at("resourceConfig");
    const groups = resources.at("instanceGroups").items();
    const counts = [resources, ...groups].map((each) => each.at("instanceCount"));
    let together = 0;
    for (const count of counts) {
      count.is((value) => {
        // The provider takes a number as a text, too.
        together += Number(value);
        return true;
      });
    }
    if (!(together <= maximum)) {
      report(
        `Training runs on ${together} instances: set \`${resources.path}.instanceCount\`, or those ` +
          `of its groups together, to ${maximum} at most.`,
      );
    }
  }),
};
