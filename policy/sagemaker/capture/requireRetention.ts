import type { Property } from "../../support/property";
import { onTypes, type ResourceRule } from "../../support/rule";
import { defineSettings } from "../../support/settings";
import { prefixSetting } from "../endpointConfiguration/resource";

const settings = defineSettings({
  minimumDays: {
    type: "integer",
    minimum: 1,
    default: 30,
    description: "Fewest days for which captured requests and answers are kept",
  },
  prefix: prefixSetting,
});

/** The type, and the names that earlier versions of the provider have for it. */
const LIFECYCLES = [
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
  "aws:s3/bucketLifecycleConfigurationV2:BucketLifecycleConfigurationV2",
];

export const requireRetention: ResourceRule = {
  name: "sagemaker-capture-require-retention",
  displayName: "Captures are kept long enough to be looked at",
  description:
    "Captured requests and answers must not be deleted before drift could be found in them.",
  enforcementLevel: "mandatory",
  severity: "medium",
  tags: ["sagemaker", "monitoring"],
  remediationSteps: "Let what is under the captures' prefix expire later, or not at all.",
  url: "https://docs.aws.amazon.com/sagemaker/latest/dg/model-monitor-data-capture.html",
  configSchema: settings.schema,
  validateResource: onTypes(LIFECYCLES, (lifecycle, report, args) => {
    const { minimumDays, prefix } = settings.read(args);
    for (const rule of lifecycle.at("rules").items()) {
      const [days, date] = [rule.at("expiration").at("days"), rule.at("expiration").at("date")];
      const isOn = rule.at("status").is((status) => status === "Enabled");
      if (!isOn || !concerns(rule, prefix)) {
        continue;
      }
      if (days.is((value) => typeof value === "number" && value < minimumDays)) {
        report(`Captures are deleted too early: set \`${days.path}\` to ${minimumDays} at least.`);
      }
      if (date.isKnown) {
        report(
          `Captures are all deleted on one day: set \`${days.path}\` instead of \`${date.path}\`.`,
        );
      }
    }
  }),
};

/** Whether a rule may be about captures: its prefix is above theirs, or below it, or there is none. */
function concerns(rule: Property, captures: string): boolean {
  const filter = rule.at("filter");
  const prefixes = [rule.at("prefix"), filter.at("prefix"), filter.at("and").at("prefix")];
  const known = prefixes.filter((prefix) => !prefix.isAbsent);
  return known.every((prefix) =>
    prefix.is(
      (text) =>
        typeof text === "string" && (captures.startsWith(text) || text.startsWith(captures)),
    ),
  );
}
