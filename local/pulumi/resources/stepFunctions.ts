import { z } from "zod";
import { handler, type ResourceHandler } from "./handler";

export const stepFunctionsHandlers: Readonly<Record<string, ResourceHandler>> = {
  "aws:sfn/stateMachine:StateMachine": handler(
    z.looseObject({ name: z.string().optional(), roleArn: z.string(), definition: z.string() }),
    {
      create: ({ roleArn, definition, ...inputs }, { cloud, physicalName }) => {
        const name = inputs.name ?? physicalName;
        const arn = cloud.arn("states", `stateMachine:${name}`);
        cloud.stepFunctions.putStateMachine({ arn, name, roleArn, definition });
        return { id: arn, name, arn };
      },
      update: (arn, { roleArn, definition }, { cloud }) => {
        const name = arn.slice(arn.lastIndexOf(":") + 1);
        cloud.stepFunctions.putStateMachine({ arn, name, roleArn, definition });
      },
      delete: (arn, _inputs, { cloud }) => {
        cloud.stepFunctions.deleteStateMachine(arn);
      },
    },
  ),
};
