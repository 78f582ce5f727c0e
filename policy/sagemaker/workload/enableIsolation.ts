import { onTypes, type ResourceRule } from "../../support/rule";

const TYPES = [
  "aws:sagemaker/dataQualityJobDefinition:DataQualityJobDefinition",
  "aws:sagemaker/hyperParameterTuningJob:HyperParameterTuningJob",
  "aws:sagemaker/monitoringSchedule:MonitoringSchedule",
];

/** What must be on, in the block that has it. */
const SWITCHES = ["enableNetworkIsolation", "enableInterContainerTrafficEncryption"];

export const enableIsolation: ResourceRule = {
  name: "sagemaker-workload-enable-isolation",
  displayName: "Jobs that read captures and datasets call nobody",
  description:
    "Monitoring and tuning jobs must be cut off from the network, and encrypt what their containers " +
    "tell each other.",
  enforcementLevel: "mandatory",
  severity: "medium",
  tags: ["sagemaker", "security"],
  remediationSteps:
    "Set `enableNetworkIsolation` and `enableInterContainerTrafficEncryption` to true.",
  url: "https://docs.aws.amazon.com/securityhub/latest/userguide/sagemaker-controls.html",
  validateResource: onTypes(TYPES, (resource, report, { type }) => {
    const inline = resource.at("monitoringScheduleConfig").at("monitoringJobDefinition");
    if (type === TYPES[2] && inline.isAbsent) {
      return;
    }
    const blocks =
      type === TYPES[0]
        ? [resource.at("networkConfig")]
        : type === TYPES[2]
          ? [inline.at("networkConfig")]
          : [
              resource.at("trainingJobDefinition"),
              ...resource.at("trainingJobDefinitions").items(),
            ].filter((block) => !block.isAbsent);
    for (const block of blocks) {
      for (const name of SWITCHES) {
        const property = block.at(name);
        if (!property.mayBe((value) => value === true)) {
          report(`The job is not isolated: set \`${property.path}\` to true.`);
        }
      }
    }
  }),
};
