import { onTypes, type ResourceRule } from "../../support/rule";
import { TRAINING_JOB } from "../trainingJob/resource";
import { mayBeOwnKey, takesKey } from "../volume";
import { everywhere, valuesOf } from "./resource";

const PIPELINE = "aws:sagemaker/pipeline:Pipeline";

const TYPES = [
  TRAINING_JOB,
  "aws:sagemaker/algorithm:Algorithm",
  "aws:sagemaker/dataQualityJobDefinition:DataQualityJobDefinition",
  "aws:sagemaker/hyperParameterTuningJob:HyperParameterTuningJob",
  "aws:sagemaker/monitoringSchedule:MonitoringSchedule",
  PIPELINE,
];

/** What says on which machines a job runs: of training, tuning, processing and transforming. */
const MACHINES = [
  ...["resourceConfig", "hyperParameterTuningResourceConfig"],
  ...["clusterConfig", "transformResources"],
];

/** Datasets and captures are on the volumes. Instances with disks of their own take no key. */
export const requireEncryption: ResourceRule = {
  name: "sagemaker-workload-require-encryption",
  displayName: "Jobs' volumes are encrypted with a key of yours",
  description:
    "The volumes of training, tuning, validation and monitoring jobs and of the steps of a pipeline " +
    "must be encrypted with a customer managed key, where they take one.",
  enforcementLevel: "mandatory",
  severity: "medium",
  tags: ["sagemaker", "encryption"],
  remediationSteps:
    "Set `volumeKmsKeyId` to a key of yours wherever instances are configured; in the definition of a " +
    "pipeline it is `VolumeKmsKeyId`.",
  url: "https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ResourceConfig.html",
  validateResource: onTypes(TYPES, (resource, report, { type: kind }) => {
    for (const machines of MACHINES.flatMap((name) => everywhere(resource, name))) {
      const types = everywhere(machines, "instanceType");
      const name = kind === PIPELINE ? "VolumeKmsKeyId" : "volumeKmsKeyId";
      const [key = machines.at(name)] = everywhere(machines, name);
      const isSet = valuesOf(resource, key).every(mayBeOwnKey);
      if (takesKey(types.flatMap((type) => valuesOf(resource, type))) && !isSet) {
        report(`The job's volumes have no key of yours: set \`${key.path}\`.`);
      }
    }
  }),
};
