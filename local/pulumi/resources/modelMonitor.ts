import { randomBytes } from "node:crypto";
import { z } from "zod";
import { handler, type ResourceHandler } from "./handler";
import { asApi, asRequest } from "./sagemakerRequest";

/** As whoever registers it has it: SageMaker judges what is in it. */
const jobDefinition = z.looseObject({
  name: z.string().optional(),
  dataQualityAppSpecification: z.looseObject({ environment: z.unknown().optional() }),
  dataQualityJobOutputConfig: z.looseObject({ monitoringOutputs: z.unknown() }),
  jobResources: z.looseObject({
    clusterConfig: z.looseObject({ volumeSizeInGb: z.unknown() }),
  }),
});

const monitoringSchedule = z.looseObject({
  name: z.string().optional(),
  monitoringScheduleConfig: z.unknown(),
});

export const modelMonitorHandlers: Readonly<Record<string, ResourceHandler>> = {
  "aws:sagemaker/dataQualityJobDefinition:DataQualityJobDefinition": handler(jobDefinition, {
    create: (inputs, { cloud, physicalName }) => {
      // Of its own each time: the schedule moves to a definition that takes another's place.
      const name = inputs.name ?? `${physicalName}-${randomBytes(4).toString("hex")}`;
      cloud.sagemaker.monitor.createDefinition(jobDefinitionRequest(name, inputs));
      return { id: name, name, arn: cloud.arn("sagemaker", `data-quality-job-definition/${name}`) };
    },
    delete: (name, _inputs, { cloud }) => {
      cloud.sagemaker.monitor.deleteDefinition(name);
    },
  }),

  "aws:sagemaker/monitoringSchedule:MonitoringSchedule": handler(monitoringSchedule, {
    create: (inputs, { cloud, physicalName }) => {
      const name = inputs.name ?? physicalName;
      const arn = cloud.arn("sagemaker", `monitoring-schedule/${name}`);
      cloud.sagemaker.monitor.createSchedule(arn, scheduleRequest(name, inputs));
      return { id: name, name, arn };
    },
    update: (name, inputs, { cloud }) => {
      cloud.sagemaker.monitor.updateSchedule(scheduleRequest(name, inputs));
    },
    delete: (name, _inputs, { cloud }) => {
      cloud.sagemaker.monitor.deleteSchedule(name);
    },
  }),
};

/** What the provider sends: of its block of outputs a list, of its size of a volume another name. */
export function jobDefinitionRequest(
  JobDefinitionName: string,
  inputs: z.infer<typeof jobDefinition>,
): object {
  const { environment, ...application } = inputs.dataQualityAppSpecification;
  const { monitoringOutputs, ...output } = inputs.dataQualityJobOutputConfig;
  const { volumeSizeInGb, ...machines } = inputs.jobResources.clusterConfig;
  return {
    JobDefinitionName,
    ...asRequest(inputs),
    DataQualityAppSpecification: {
      ...(asApi(application) as object),
      ...(environment === undefined ? {} : { Environment: environment }),
    },
    DataQualityJobOutputConfig: {
      ...(asApi(output) as object),
      MonitoringOutputs: [asApi(monitoringOutputs)],
    },
    JobResources: {
      ClusterConfig: { ...(asApi(machines) as object), VolumeSizeInGB: volumeSizeInGb },
    },
  };
}

export function scheduleRequest(
  MonitoringScheduleName: string,
  { monitoringScheduleConfig }: z.infer<typeof monitoringSchedule>,
): object {
  return {
    MonitoringScheduleName,
    MonitoringScheduleConfig: asApi(monitoringScheduleConfig),
  };
}
