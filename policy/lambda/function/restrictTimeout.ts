import { onTypes, type ResourceRule } from "../../support/rule";
import { defineSettings } from "../../support/settings";
import { FUNCTION } from "./resource";

const settings = defineSettings({
  maximum: {
    type: "integer",
    minimum: 1,
    maximum: 900,
    default: 300,
    description: "Longest time that a function may be given, in seconds",
  },
  durableMaximum: {
    type: "integer",
    minimum: 1,
    maximum: 31_622_400,
    default: 86_400,
    description: "Longest time that an execution of a durable function may be given, in seconds",
  },
});

/** Without a setting of its own, a function is given three seconds. */
export const restrictTimeout: ResourceRule = {
  name: "lambda-function-restrict-timeout",
  displayName: "Functions end",
  description: "A Lambda function must not be given more time than the approved maximum.",
  enforcementLevel: "mandatory",
  severity: "low",
  tags: ["lambda", "cost"],
  remediationSteps: "Set `timeout` to a little more than an invocation takes.",
  url: "https://docs.aws.amazon.com/lambda/latest/dg/configuration-timeout.html",
  configSchema: settings.schema,
  validateResource: onTypes([FUNCTION], (resource, report, args) => {
    const { maximum, durableMaximum } = settings.read(args);
    const timeout = resource.at("timeout");
    const isUpTo = (most: number) => (value: unknown) =>
      typeof value === "number" && value >= 1 && value <= most;
    if (!timeout.isAbsent && !timeout.mayBe(isUpTo(maximum))) {
      report(`The function may run for too long: set \`timeout\` to 1 to ${maximum} seconds.`);
    }
    const durable = resource.at("durableConfig").at("executionTimeout");
    if (!durable.isAbsent && !durable.mayBe(isUpTo(durableMaximum))) {
      report(
        `An execution may last for too long: set \`${durable.path}\` to 1 to ${durableMaximum} ` +
          "seconds.",
      );
    }
  }),
};
