import { z } from "zod";
import { handler, type ResourceHandler } from "./handler";

export const stepFunctionsHandlers: Readonly<Record<string, ResourceHandler>> = {
  "aws:sfn/stateMachine:StateMachine": handler(
    z.looseObject({ name: z.string().optional(), roleArn: z.string(), definition: z.string() }),
    ({ roleArn, definition, ...inputs }, { cloud, physicalName }) => {
      const name = inputs.name ?? physicalName;
      const arn = cloud.arn("states", `stateMachine:${name}`);
      cloud.stepFunctions.createStateMachine({ arn, name, roleArn, definition });
      return { id: arn, name, arn };
    },
  ),
};
