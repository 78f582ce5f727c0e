import { onTypes, type ResourceRule } from "../../support/rule";
import { defineSettings } from "../../support/settings";
import { LOG_GROUP } from "./resource";

const settings = defineSettings({
  maximum: {
    type: "integer",
    minimum: 1,
    default: 731,
    description: "Days for which logs may be kept",
  },
});

export const requireRetention: ResourceRule = {
  name: "cloudwatch-log-group-require-retention",
  displayName: "Logs are deleted in the end",
  description: "A log group must say for how long it keeps its logs, within the approved maximum.",
  enforcementLevel: "mandatory",
  severity: "medium",
  tags: ["cloudwatch", "cost"],
  remediationSteps: "Set `retentionInDays`; without it, and at 0, logs are kept for ever.",
  url: "https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html",
  configSchema: settings.schema,
  validateResource: onTypes([LOG_GROUP], (group, report, args) => {
    const { maximum } = settings.read(args);
    const isSane = (value: unknown) => typeof value === "number" && value >= 1 && value <= maximum;
    if (!group.at("retentionInDays").mayBe(isSane)) {
      report(`Logs are kept for too long: set \`retentionInDays\` to 1 to ${maximum} days.`);
    }
  }),
};
