import type { Property } from "../../support/property";
import { BUCKETS } from "../../s3/bucket/resource";
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

/** The type, the name that earlier versions of the provider have for it, and buckets that say it themselves. */
const LIFECYCLES = [
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
  "aws:s3/bucketLifecycleConfigurationV2:BucketLifecycleConfigurationV2",
  ...BUCKETS,
];

/** Classes of storage from which an object has to be restored before it can be read. */
const ARCHIVES = ["GLACIER", "DEEP_ARCHIVE"];

export const requireRetention: ResourceRule = {
  name: "sagemaker-capture-require-retention",
  displayName: "Captures are kept long enough to be looked at",
  description:
    "Captured requests and answers must not be deleted, or archived, before drift could be found in " +
    "them.",
  enforcementLevel: "mandatory",
  severity: "medium",
  tags: ["sagemaker", "monitoring"],
  remediationSteps: "Let what is under the captures' prefix expire later, or not at all.",
  url: "https://docs.aws.amazon.com/sagemaker/latest/dg/model-monitor-data-capture.html",
  configSchema: settings.schema,
  validateResource: onTypes(LIFECYCLES, (lifecycle, report, args) => {
    const { minimumDays, prefix } = settings.read(args);
    const rules = [...lifecycle.at("rules").items(), ...lifecycle.at("lifecycleRules").items()];
    for (const rule of rules.filter((each) => isOn(each) && concerns(each, prefix))) {
      const expirations = [rule.at("expiration"), ...rule.at("expirations").items()];
      const archiving = rule
        .at("transitions")
        .items()
        .filter((each) => each.at("storageClass").is((name) => ARCHIVES.includes(name as string)));
      for (const [ends, done] of [
        ...expirations.map((each) => [each, "deleted"] as const),
        ...archiving.map((each) => [each, "archived"] as const),
      ]) {
        const [days, date] = [ends.at("days"), ends.at("date")];
        if (days.is((value) => !(Number(value) >= minimumDays))) {
          report(
            `Captures are ${done} too early: set \`${days.path}\` to ${minimumDays} at least.`,
          );
        }
        if (date.isKnown) {
          report(
            `Captures are all ${done} on one day: set \`${days.path}\` instead of \`${date.path}\`.`,
          );
        }
      }
    }
  }),
};

function isOn(rule: Property): boolean {
  return (
    rule.at("status").is((status) => status === "Enabled") ||
    rule.at("enabled").is((enabled) => String(enabled) === "true")
  );
}

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
