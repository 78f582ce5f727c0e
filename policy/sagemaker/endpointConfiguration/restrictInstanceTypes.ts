import { onTypes, type ResourceRule } from "../../support/rule";
import { defineSettings } from "../../support/settings";
import { ENDPOINT_CONFIGURATION, HOSTING_TYPE } from "./resource";

const settings = defineSettings({
  allowed: {
    type: "array",
    items: { type: "string" },
    minItems: 1,
    default: [HOSTING_TYPE],
    description: "Instance types that an endpoint may run on",
  },
});

/** A serverless variant has no instance type: another policy is about those. */
export const restrictInstanceTypes: ResourceRule = {
  name: "sagemaker-endpoint-configuration-restrict-instance-types",
  displayName: "Endpoints run on approved instance types",
  description:
    "Every variant of an endpoint, shadows included, must use an approved instance type.",
  enforcementLevel: "mandatory",
  severity: "medium",
  tags: ["sagemaker", "cost"],
  remediationSteps:
    "Set `instanceType` of every production and shadow variant to an approved type.",
  url: "https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ProductionVariant.html",
  configSchema: settings.schema,
  validateResource: onTypes([ENDPOINT_CONFIGURATION], (configuration, report, args) => {
    const { allowed } = settings.read(args);
    const variants = ["productionVariants", "shadowProductionVariants"].flatMap((list) =>
      configuration.at(list).items(),
    );
    const instances = variants.filter((variant) => variant.at("serverlessConfig").isAbsent);
    for (const type of instances.map((variant) => variant.at("instanceType"))) {
      if (!type.mayBe((value) => allowed.includes(value as string))) {
        report(
          `The instance type is not approved: set \`${type.path}\` to ${allowed.join(" or ")}.`,
        );
      }
    }
  }),
};
