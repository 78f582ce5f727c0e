import type { Property } from "../../support/property";
import { onTypes, type ResourceRule } from "../../support/rule";
import { defineSettings } from "../../support/settings";
import { TRAINING_JOB } from "../trainingJob/resource";

const settings = defineSettings({
  required: {
    type: "boolean",
    default: false,
    description: "Whether models and jobs have to run in a network of yours",
  },
});

/** The blocks that have, or lack, a network, by type. */
const BLOCKS: Readonly<Record<string, (resource: Property) => readonly Property[]>> = {
  "aws:sagemaker/model:Model": (model) => [model],
  [TRAINING_JOB]: (job) => [job],
  "aws:sagemaker/dataQualityJobDefinition:DataQualityJobDefinition": (job) => [
    job.at("networkConfig"),
  ],
  "aws:sagemaker/hyperParameterTuningJob:HyperParameterTuningJob": (job) => [
    ...[job.at("trainingJobDefinition")].filter(({ isAbsent }) => !isAbsent),
    ...job.at("trainingJobDefinitions").items(),
  ],
};

/** Off unless a stack's config asks for it: a network costs, and isolated containers need none. */
export const requireNetwork: ResourceRule = {
  name: "sagemaker-workload-require-network",
  displayName: "Models and jobs run in a network of yours",
  description:
    "Where the config asks for it, models and training, tuning and quality jobs must run in subnets " +
    "and security groups of a network of yours.",
  enforcementLevel: "mandatory",
  severity: "medium",
  tags: ["sagemaker", "security"],
  remediationSteps: "Set `vpcConfig` to the `subnets` and `securityGroupIds` of a private network.",
  url: "https://docs.aws.amazon.com/sagemaker/latest/dg/infrastructure-give-access.html",
  configSchema: settings.schema,
  validateResource: onTypes(Object.keys(BLOCKS), (resource, report, args) => {
    if (!settings.read(args).required) {
      return;
    }
    for (const block of BLOCKS[args.type]?.(resource) ?? []) {
      for (const name of ["subnets", "securityGroupIds"]) {
        const list = block.at("vpcConfig").at(name);
        if (!list.isUnknown && list.items().length === 0) {
          report(`It runs outside of any network of yours: set \`${list.path}\`.`);
        }
      }
    }
  }),
};
