import { subject, type Subject } from "../../../support/policy";

/** The definition of a pipeline whose one step trains on what its parameter says. */
export function pipelineOf(
  instanceType: unknown,
  parameters: readonly object[] = [],
  instanceCount: unknown = 1,
): Subject {
  return subject("aws:sagemaker/pipeline:Pipeline", {
    pipelineName: "retrain",
    pipelineDisplayName: "retrain",
    pipelineDefinition: JSON.stringify({
      Version: "2020-12-01",
      Parameters: parameters,
      Steps: [
        {
          Name: "Train",
          Type: "Training",
          Arguments: {
            ResourceConfig: {
              InstanceType: instanceType,
              InstanceCount: instanceCount,
              VolumeKmsKeyId: "alias/data",
            },
            Environment: { LOG_LEVEL: "INFO" },
          },
        },
      ],
    }),
  });
}

/** A job that looks for drift, cut off from the network. */
export const qualityJob: Subject = subject(
  "aws:sagemaker/dataQualityJobDefinition:DataQualityJobDefinition",
  {
    dataQualityAppSpecification: { imageUri: "monitor", environment: { LOG_LEVEL: "INFO" } },
    jobResources: {
      clusterConfig: {
        instanceCount: 1,
        instanceType: "ml.m5.xlarge",
        volumeSizeInGb: 20,
        volumeKmsKeyId: "alias/data",
      },
    },
    networkConfig: { enableNetworkIsolation: true, enableInterContainerTrafficEncryption: true },
  },
);

/** A schedule with a job of its own, instead of one that is defined elsewhere. */
export const inlineSchedule: Subject = subject(
  "aws:sagemaker/monitoringSchedule:MonitoringSchedule",
  {
    monitoringScheduleConfig: {
      monitoringType: "DataQuality",
      scheduleConfig: { scheduleExpression: "cron(0 0 ? * * *)" },
      monitoringJobDefinition: {
        monitoringResources: {
          clusterConfig: {
            instanceCount: 1,
            instanceType: "ml.m5.large",
            volumeSizeInGb: 20,
            volumeKmsKeyId: "alias/data",
          },
        },
        networkConfig: {
          enableNetworkIsolation: true,
          enableInterContainerTrafficEncryption: true,
        },
      },
    },
  },
);

/** A search for the best hyperparameters, on one machine after the other. */
export const tuningJob: Subject = subject(
  "aws:sagemaker/hyperParameterTuningJob:HyperParameterTuningJob",
  {
    config: { resourceLimits: { maxNumberOfTrainingJobs: 4, maxParallelTrainingJobs: 1 } },
    trainingJobDefinition: {
      enableNetworkIsolation: true,
      enableInterContainerTrafficEncryption: true,
      staticHyperParameters: { epochs: "3" },
      resourceConfig: { instanceCount: 1, instanceType: "ml.g5.xlarge", volumeSizeInGb: 20 },
    },
  },
);
