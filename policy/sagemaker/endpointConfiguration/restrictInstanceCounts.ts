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
const SCHEDULED_ACTION = "aws:appautoscaling/scheduledAction:ScheduledAction";

const TYPES = [ENDPOINT_CONFIGURATION, SCALING_TARGET, SCHEDULED_ACTION];

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
  validateResource: onTypes(TYPES, (resource, report, args) => {
    const { minimum, maximum } = settings.read(args);
    const isWithin = (value: unknown) =>
      isCount(value, args.type) && Number(value) >= minimum && Number(value) <= maximum;
    const counts =
      args.type === ENDPOINT_CONFIGURATION ? variantCounts(resource) : capacities(resource);
    for (const count of counts) {
      if (!count.mayBe(isWithin)) {
        report(
          `The number of instances is not approved: set \`${count.path}\` to ${minimum} to ${maximum}.`,
        );
      }
    }
  }),
};

/** A scheduled action's capacities are texts in the provider. */
function isCount(value: unknown, type: string): boolean {
  const isText = typeof value === "string" && /^\d+$/.test(value);
  return typeof value === "number" || (isText && type === SCHEDULED_ACTION);
}

/** Other services scale other things. A scheduled action may leave one bound, or both, as it is. */
function capacities(scaling: Property): Property[] {
  if (!scaling.at("serviceNamespace").mayBe((name) => name === "sagemaker")) {
    return [];
  }
  const action = scaling.at("scalableTargetAction");
  return action.isAbsent
    ? [scaling.at("minCapacity"), scaling.at("maxCapacity")]
    : [action.at("minCapacity"), action.at("maxCapacity")].filter(({ isAbsent }) => !isAbsent);
}

/** A serverless variant has no instances. */
function variantCounts(configuration: Property): Property[] {
  return ["productionVariants", "shadowProductionVariants"]
    .flatMap((list) => configuration.at(list).items())
    .filter((variant) => variant.at("serverlessConfig").isAbsent)
    .flatMap((variant) => {
      const scaling = variant.at("managedInstanceScaling");
      const least = scaling.at("minInstanceCount");
      return [
        variant.at("initialInstanceCount"),
        ...(least.isAbsent ? [] : [least]),
        // Without a maximum, SageMaker scales as far as the account may.
        ...(scaling.isAbsent || isOff(scaling) ? [] : [scaling.at("maxInstanceCount")]),
      ];
    });
}

function isOff(scaling: Property): boolean {
  return (
    scaling.at("maxInstanceCount").isAbsent &&
    scaling.at("status").is((status) => status === "DISABLED")
  );
}
