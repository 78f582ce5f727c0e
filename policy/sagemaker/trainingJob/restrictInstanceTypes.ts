import { onTypes, type ResourceRule } from "../../support/rule";
import { defineSettings } from "../../support/settings";
import { TRAINING_JOB, TRAINING_TYPES } from "./resource";

const settings = defineSettings({
  allowed: {
    type: "array",
    items: { type: "string" },
    minItems: 1,
    default: TRAINING_TYPES,
    description: "Instance types that a training job may run on",
  },
});

export const restrictInstanceTypes: ResourceRule = {
  name: "sagemaker-training-job-restrict-instance-types",
  displayName: "Training runs on approved instance types",
  description: "A training job must use an approved instance type in every instance group.",
  enforcementLevel: "mandatory",
  severity: "medium",
  tags: ["sagemaker", "cost"],
  remediationSteps: "Set `resourceConfig.instanceType` to an approved type.",
  url: "https://docs.aws.amazon.com/sagemaker/latest/dg/image-classification.html",
  configSchema: settings.schema,
  validateResource: onTypes([TRAINING_JOB], (job, report, args) => {
    const { allowed } = settings.read(args);
    if (!job.at("serverlessJobConfig").isAbsent) {
      args.notApplicable("A serverless job has no instances");
    }
    const resources = job.at("resourceConfig");
    const groups = resources.at("instanceGroups");
    // Either groups, each with a type, or one type for all.
    const types = groups.isAbsent
      ? [resources.at("instanceType")]
      : groups.items().map((group) => group.at("instanceType"));
    for (const type of types) {
      if (!type.mayBe((value) => allowed.includes(value as string))) {
        report(
          `The instance type is not approved: set \`${type.path}\` to ${allowed.join(" or ")}.`,
        );
      }
    }
  }),
};
