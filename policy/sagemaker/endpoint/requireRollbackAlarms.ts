import { onTypes, type ResourceRule } from "../../support/rule";
import { onlyInStacks, stacksSchema } from "../../support/stackNames";

/** Without alarms, SageMaker finishes every update that starts at all, however bad the model is. */
export const requireRollbackAlarms: ResourceRule = {
  name: "sagemaker-endpoint-require-rollback-alarms",
  displayName: "Bad updates of an endpoint are taken back",
  description: "In production an endpoint must name alarms on which an update is rolled back.",
  enforcementLevel: "mandatory",
  severity: "high",
  tags: ["sagemaker", "availability"],
  remediationSteps:
    "Set `deploymentConfig.autoRollbackConfiguration.alarms` to alarms on the endpoint's errors and " +
    "latency.",
  url: "https://docs.aws.amazon.com/sagemaker/latest/dg/deployment-guardrails-configuration.html",
  configSchema: stacksSchema,
  validateResource: onTypes(["aws:sagemaker/endpoint:Endpoint"], (endpoint, report, args) => {
    onlyInStacks(args.urn, args);
    const alarms = endpoint.at("deploymentConfig").at("autoRollbackConfiguration").at("alarms");
    const names = alarms.items().map((alarm) => alarm.at("alarmName"));
    if (!alarms.isUnknown && !names.some((name) => name.mayBeText)) {
      report(`No alarm takes a bad update back: name at least one in \`${alarms.path}\`.`);
    }
  }),
};
