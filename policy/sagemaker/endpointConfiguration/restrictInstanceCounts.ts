import type { Property } from "../../support/property";
import { onTypes, type ResourceRule } from "../../support/rule";
import { defineSettings } from "../../support/settings";
import { ENDPOINT_CONFIGURATION } from "./resource";

const settings = defineSettings({
  minimum: {
    type: "integer",
    minimum: 0,
    default: 1,
    description: "Fewest instances behind a variant of an endpoint",
  },
  maximum: {
    type: "integer",
    minimum: 1,
    default: 4,
    description: "Most instances behind a variant of an endpoint",
  },
});

const SCALING_TARGET = "aws:appautoscaling/target:Target";

export const restrictInstanceCounts: ResourceRule = {
  name: "sagemaker-endpoint-configuration-restrict-instance-counts",
  displayName: "Endpoints run on an approved number of instances",
  description:
    "Every variant of an endpoint must start with, and scale to, an approved number of instances.",
  enforcementLevel: "mandatory",
  severity: "medium",
  tags: ["sagemaker", "cost"],
  remediationSteps:
    "Set `initialInstanceCount` of every variant, and the capacities of what scales it, within the " +
    "approved bounds.",
  url: "https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ProductionVariant.html",
  configSchema: settings.schema,
  validateResource: onTypes([ENDPOINT_CONFIGURATION, SCALING_TARGET], (resource, report, args) => {
    const { minimum, maximum } = settings.read(args);
    const isWithin = (value: unknown) =>
      typeof value === "number" && value >= minimum && value <= maximum;
    const counts = args.type === SCALING_TARGET ? capacities(resource) : variantCounts(resource);
    for (const count of counts) {
      if (!count.mayBe(isWithin)) {
        report(
          `The number of instances is not approved: set \`${count.path}\` to ${minimum} to ${maximum}.`,
        );
      }
    }
  }),
};

/** Other services scale other things. */
function capacities(target: Property): Property[] {
  return target.at("serviceNamespace").mayBe((name) => name === "sagemaker")
    ? [target.at("minCapacity"), target.at("maxCapacity")]
    : [];
}

/** A serverless variant has no instances. */
function variantCounts(configuration: Property): Property[] {
  return ["productionVariants", "shadowProductionVariants"]
    .flatMap((list) => configuration.at(list).items())
    .filter((variant) => variant.at("serverlessConfig").isAbsent)
    .flatMap((variant) => {
      const scaling = variant.at("managedInstanceScaling");
      return [
        variant.at("initialInstanceCount"),
        ...["minInstanceCount", "maxInstanceCount"]
          .map((bound) => scaling.at(bound))
          .filter(({ isAbsent }) => !isAbsent),
      ];
    });
}
