import { z } from "zod";
import type { Cloud } from "../../cloud";
import { handler, type ResourceHandler } from "./handler";

const schedule = z.looseObject({
  name: z.string().optional(),
  groupName: z.string().default("default"),
  scheduleExpression: z.string(),
  target: z.looseObject({
    arn: z.string(),
    roleArn: z.string(),
    input: z.string().default("{}"),
  }),
});

export const schedulerHandlers: Readonly<Record<string, ResourceHandler>> = {
  "aws:scheduler/schedule:Schedule": handler(schedule, {
    create: (inputs, { cloud, physicalName }) => {
      const name = inputs.name ?? physicalName;
      const id = `${inputs.groupName}/${name}`;
      return { id, name, arn: putSchedule(id, inputs, cloud) };
    },
    update: (id, inputs, { cloud }) => {
      putSchedule(id, inputs, cloud);
    },
    delete: (id, _inputs, { cloud }) => {
      cloud.scheduler.delete(arnOf(id, cloud));
    },
  }),
};

function putSchedule(
  id: string,
  { scheduleExpression: expression, target }: z.infer<typeof schedule>,
  cloud: Cloud,
): string {
  const arn = arnOf(id, cloud);
  const { arn: functionArn, roleArn, input } = target;
  cloud.scheduler.put({ arn, expression, functionArn, roleArn, input });
  return arn;
}

/** @param id group and name, with a slash between them */
function arnOf(id: string, cloud: Cloud): string {
  return cloud.arn("scheduler", `schedule/${id}`);
}
