import { onTypes, type ResourceRule } from "../../support/rule";
import { defineSettings } from "../../support/settings";
import { everywhere, valuesOf, WORKLOADS } from "./resource";

const settings = defineSettings({
  maximum: {
    type: "integer",
    minimum: 1,
    default: 2,
    description: "Most instances of one job, and most training jobs of a tuning job at once",
  },
});

/** What multiplies the price of a job. */
const COUNTS = ["instanceCount", "maxParallelTrainingJobs"];

export const restrictInstanceCounts: ResourceRule = {
  name: "sagemaker-workload-restrict-instance-counts",
  displayName: "Jobs and pipelines run on an approved number of instances",
  description:
    "Tuning and monitoring jobs and the steps of a pipeline must not run on more than the approved " +
    "number of instances.",
  enforcementLevel: "mandatory",
  severity: "medium",
  tags: ["sagemaker", "cost"],
  remediationSteps: "Set every count of instances, and of jobs at once, within the maximum.",
  url: "https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ResourceLimits.html",
  configSchema: settings.schema,
  validateResource: onTypes(WORKLOADS, (resource, report, args) => {
    const { maximum } = settings.read(args);
    for (const count of COUNTS.flatMap((name) => everywhere(resource, name))) {
      const within = valuesOf(resource, count).every((value) =>
        value.mayBe((known) => typeof known === "number" && known <= maximum),
      );
      if (!within) {
        report(`Too much runs at once: set \`${count.path}\` to ${maximum} at most.`);
      }
    }
  }),
};
