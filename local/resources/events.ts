import { z } from "zod";
import { handler, type ResourceHandler } from "./handler";

export const eventHandlers: Readonly<Record<string, ResourceHandler>> = {
  "aws:cloudwatch/eventRule:EventRule": handler(
    z.looseObject({ name: z.string().optional(), eventPattern: z.string() }),
    ({ eventPattern, ...inputs }, { cloud, physicalName }) => {
      const name = inputs.name ?? physicalName;
      cloud.bus.putRule(name, eventPattern);
      return { id: name, name, arn: cloud.arn("events", `rule/${name}`) };
    },
  ),

  "aws:cloudwatch/eventTarget:EventTarget": handler(
    z.looseObject({
      rule: z.string(),
      arn: z.string(),
      roleArn: z.string(),
      inputTransformer: z
        .object({ inputPaths: z.record(z.string(), z.string()), inputTemplate: z.string() })
        .optional(),
    }),
    ({ rule, arn, roleArn, inputTransformer }, { cloud, physicalName }) => {
      cloud.bus.putTarget({
        rule,
        deliver: (input) => {
          cloud.startExecution(arn, input, roleArn);
        },
        ...(inputTransformer === undefined ? {} : { transformer: inputTransformer }),
      });
      return { id: physicalName, targetId: physicalName };
    },
  ),

  "aws:sns/topic:Topic": handler(
    z.looseObject({ name: z.string().optional(), kmsMasterKeyId: z.string().optional() }),
    ({ kmsMasterKeyId, ...inputs }, { cloud, physicalName }) => {
      const name = inputs.name ?? physicalName;
      const arn = cloud.arn("sns", name);
      cloud.topics.createTopic(arn, kmsMasterKeyId);
      return { id: arn, name, arn };
    },
  ),
};
