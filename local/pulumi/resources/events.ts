import { z } from "zod";
import { handler, type BehaviourContext, type ResourceHandler } from "./handler";

const eventTarget = z.looseObject({
  rule: z.string(),
  targetId: z.string().optional(),
  arn: z.string(),
  roleArn: z.string(),
  inputTransformer: z
    .object({ inputPaths: z.record(z.string(), z.string()), inputTemplate: z.string() })
    .optional(),
});

export const eventHandlers: Readonly<Record<string, ResourceHandler>> = {
  "aws:cloudwatch/eventRule:EventRule": handler(
    z.looseObject({ name: z.string().optional(), eventPattern: z.string() }),
    {
      create: ({ eventPattern, ...inputs }, { cloud, physicalName }) => {
        const name = inputs.name ?? physicalName;
        cloud.bus.putRule(name, eventPattern);
        return { id: name, name, arn: cloud.arn("events", `rule/${name}`) };
      },
      update: (name, { eventPattern }, { cloud }) => {
        cloud.bus.putRule(name, eventPattern);
      },
      delete: (name, _inputs, { cloud }) => {
        cloud.bus.deleteRule(name);
      },
    },
  ),

  "aws:cloudwatch/eventTarget:EventTarget": handler(eventTarget, {
    create: (inputs, context) => {
      const targetId = putTarget(inputs, context);
      return { id: `${inputs.rule}-${targetId}`, targetId };
    },
    update: (_id, inputs, context) => {
      putTarget(inputs, context);
    },
    delete: (_id, { rule, targetId }, { cloud, physicalName }) => {
      cloud.bus.removeTarget(rule, targetId ?? physicalName);
    },
  }),

  "aws:sns/topic:Topic": handler(
    z.looseObject({ name: z.string().optional(), kmsMasterKeyId: z.string().optional() }),
    {
      create: ({ kmsMasterKeyId, ...inputs }, { cloud, physicalName }) => {
        const name = inputs.name ?? physicalName;
        const arn = cloud.arn("sns", name);
        cloud.topics.createTopic(arn, kmsMasterKeyId);
        return { id: arn, name, arn };
      },
      update: (arn, { kmsMasterKeyId }, { cloud }) => {
        cloud.topics.setKmsKey(arn, kmsMasterKeyId);
      },
      delete: (arn, _inputs, { cloud }) => {
        cloud.topics.deleteTopic(arn);
      },
    },
  ),
};

/** @returns the target's id among those of its rule */
function putTarget(
  { rule, targetId, arn, roleArn, inputTransformer }: z.infer<typeof eventTarget>,
  { cloud, physicalName }: BehaviourContext,
): string {
  const id = targetId ?? physicalName;
  cloud.bus.putTarget({
    rule,
    id,
    deliver: (input) => {
      cloud.startExecution(arn, input, roleArn);
    },
    ...(inputTransformer === undefined ? {} : { transformer: inputTransformer }),
  });
  return id;
}
