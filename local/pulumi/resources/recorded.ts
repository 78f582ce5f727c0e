/**
 * Resources that do nothing here: nobody in the local cloud calls them. They get a name and an
 * ARN in AWS's form, because that is what other resources and roles refer to.
 */
import { z } from "zod";
import { handler, type ResourceHandler } from "./handler";

/** The types of which nothing but a record is kept, each with what is therefore not to be seen. */
const RECORDED: Readonly<Record<string, string>> = {
  "aws:appautoscaling/policy:Policy": "no endpoint is scaled",
  "aws:appautoscaling/target:Target": "no endpoint is scaled",
  "aws:budgets/budget:Budget": "nothing costs anything",
  "aws:cloudwatch/dashboard:Dashboard": "metrics are watched by alarms alone",
  "aws:cloudwatch/logGroup:LogGroup": "what functions print is kept with them",
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": "nothing expires",
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls": "objects have no access lists",
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": "nobody is anonymous",
  "aws:scheduler/scheduleGroup:ScheduleGroup": "schedules are started when somebody asks for it",
  "aws:sns/topicSubscription:TopicSubscription": "no message leaves the process",
};

/** Service and resource of the ARN, where it is not simply the resource type and name. */
const ARNS: Readonly<
  Record<string, (name: string) => readonly [service: string, resource: string]>
> = {
  "aws:cloudwatch/logGroup:LogGroup": (name) => ["logs", `log-group:${name}`],
};

function recordedHandler(type: string): ResourceHandler {
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

export const recordedHandlers: Readonly<Record<string, ResourceHandler>> = Object.fromEntries(
  Object.keys(RECORDED).map((type) => [type, recordedHandler(type)]),
);

const NO_PACKETS = "no packet passes; what holds what is decided";

/** Made elsewhere, with names that others refer to, and yet not to be seen. */
const NAMES_ONLY: Readonly<Record<string, string>> = {
  "aws:ec2/securityGroup:SecurityGroup": NO_PACKETS,
  "aws:ec2/vpcEndpoint:VpcEndpoint": NO_PACKETS,
  "aws:kms/key:Key": "objects are not encrypted; who may use the key is decided",
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": NO_PACKETS,
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": NO_PACKETS,
  "awsx:ec2:Vpc": NO_PACKETS,
};

/** What is not to be seen of a resource because its type is only recorded; nothing if it is real. */
export function unseenOf(type: string): string | undefined {
  return RECORDED[type] ?? NAMES_ONLY[type];
}
