/**
 * Resources that do nothing here: nobody in the local cloud calls them. They get a name and an
 * ARN in AWS's form, because that is what other resources and roles refer to.
 */
import { z } from "zod";
import { handler, type ResourceHandler } from "./handler";

/** Service and resource of the ARN, where it is not simply the resource type and name. */
const ARNS: Readonly<
  Record<string, (name: string) => readonly [service: string, resource: string]>
> = {
  "aws:cloudwatch/logGroup:LogGroup": (name) => ["logs", `log-group:${name}`],
  "aws:cloudwatch/metricAlarm:MetricAlarm": (name) => ["cloudwatch", `alarm:${name}`],
  "aws:kms/key:Key": (name) => ["kms", `key/${name}`],
};

/** @param type for example `aws:kms/key:Key` */
export function recordedHandler(type: string): ResourceHandler {
  return handler(z.looseObject({ name: z.string().optional() }), {
    create: (inputs, context) => {
      const name = inputs.name ?? context.physicalName;
      const [service, resource] = ARNS[type]?.(name) ?? [
        type.replace(/^aws:|\/.*$/g, ""),
        `${type.replace(/^.*:/, "").toLowerCase()}/${name}`,
      ];
      return { id: name, name, arn: context.cloud.arn(service, resource) };
    },
  });
}
