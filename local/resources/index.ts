/** The resource types that have a behaviour here; any other type is only recorded. */
import type { Cloud } from "../cloud";
import type { CreatedResource, NewResource } from "../engine";
import { commandHandlers } from "./command";
import { eventHandlers } from "./events";
import { handler, type ResourceHandler } from "./handler";
import { iamHandlers } from "./iam";
import { lambdaHandlers } from "./lambda";
import { s3Handlers } from "./s3";
import { sagemakerHandlers } from "./sagemaker";
import { stepFunctionsHandlers } from "./stepFunctions";
import { z } from "zod";

const HANDLERS: Readonly<Record<string, ResourceHandler>> = {
  ...commandHandlers,
  ...eventHandlers,
  ...iamHandlers,
  ...lambdaHandlers,
  ...s3Handlers,
  ...sagemakerHandlers,
  ...stepFunctionsHandlers,
};

/** Gives a resource that does nothing here a name and an ARN, which is all that others use of it. */
const record = handler(z.looseObject({ name: z.string().optional() }), (inputs, context) => {
  const name = inputs.name ?? context.physicalName;
  return { id: name, name, arn: context.cloud.arn("local", name) };
});

/** Makes one resource of the program. */
export function createResource(resource: NewResource, cloud: Cloud): Promise<CreatedResource> {
  return (HANDLERS[resource.type] ?? record)(resource, cloud);
}
