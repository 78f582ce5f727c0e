import { isLike } from "../../support/glob";
import { onTypes, type ResourceRule } from "../../support/rule";
import { defineSettings } from "../../support/settings";
import { HOSTING_TYPE } from "../endpointConfiguration/resource";
import { TRAINING_JOB, TRAINING_TYPES } from "../trainingJob/resource";
import { everywhere, valuesOf, WORKLOADS } from "./resource";

const settings = defineSettings({
  allowed: {
    type: "array",
    items: { type: "string" },
    minItems: 1,
    default: [
      ...["system", "ml.t3.medium", "ml.t3.large", "ml.m5.large", HOSTING_TYPE],
      ...TRAINING_TYPES,
    ],
    description: "Instance types that anything but endpoints and training jobs may run on",
  },
});

/** Jobs that watch a training job, each on a machine of its own. */
const WATCHERS = ["debugRuleConfigurations", "profilerRuleConfigurations"];

export const restrictInstanceTypes: ResourceRule = {
  name: "sagemaker-workload-restrict-instance-types",
  displayName: "Notebooks, apps, jobs and pipelines run on approved instance types",
  description:
    "Notebooks, apps, tuning, validation and monitoring jobs, the rules of a debugger and the steps of " +
    "a pipeline must use approved instance types.",
  enforcementLevel: "mandatory",
  severity: "medium",
  tags: ["sagemaker", "cost"],
  remediationSteps:
    "Set every `instanceType` to an approved type; in a pipeline, also the default of its parameter.",
  url: "https://docs.aws.amazon.com/sagemaker/latest/dg/notebooks-available-instance-types.html",
  configSchema: settings.schema,
  validateResource: onTypes([...WORKLOADS, TRAINING_JOB], (resource, report, args) => {
    const { allowed } = settings.read(args);
    const blocks =
      args.type === TRAINING_JOB
        ? WATCHERS.flatMap((name) => resource.at(name).blocks())
        : [resource];
    for (const type of blocks.flatMap((block) => everywhere(block, "instanceType"))) {
      const approved = valuesOf(resource, type).every((value) =>
        value.mayBe(
          (known) => typeof known === "string" && allowed.some((form) => isLike(known, form)),
        ),
      );
      if (!approved) {
        report(
          `The instance type is not approved: set \`${type.path}\` to ${allowed.join(" or ")}.`,
        );
      }
    }
  }),
};
