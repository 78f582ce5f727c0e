import type { Property } from "../../support/property";
import { onTypes, type ResourceRule } from "../../support/rule";

/** The blocks of a job that say what its containers may reach, by the job's type. */
const BLOCKS: Readonly<Record<string, (resource: Property) => readonly Property[]>> = {
  "aws:sagemaker/dataQualityJobDefinition:DataQualityJobDefinition": (job) => [
    job.at("networkConfig"),
  ],
  "aws:sagemaker/hyperParameterTuningJob:HyperParameterTuningJob": (job) => [
    ...optional(job.at("trainingJobDefinition")),
    ...job.at("trainingJobDefinitions").items(),
  ],
  // A job that is defined elsewhere is judged there.
  "aws:sagemaker/monitoringSchedule:MonitoringSchedule": (schedule) =>
    optional(schedule.at("monitoringScheduleConfig").at("monitoringJobDefinition")).map((job) =>
      job.at("networkConfig"),
    ),
};

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
  validateResource: onTypes(Object.keys(BLOCKS), (resource, report, { type }) => {
    for (const block of BLOCKS[type]?.(resource) ?? []) {
      for (const property of SWITCHES.map((name) => block.at(name))) {
        if (!property.mayBe((value) => value === true)) {
          report(`The job is not isolated: set \`${property.path}\` to true.`);
        }
      }
    }
  }),
};

function optional(property: Property): readonly Property[] {
  return property.isAbsent ? [] : [property];
}
