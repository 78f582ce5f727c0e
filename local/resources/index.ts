/** The resource types that have a behaviour here; any other type is only recorded. */
import type { Cloud } from "../cloud";
import type { CreatedResource, NewResource } from "../engine";
import { commandHandlers } from "./command";
import { eventHandlers } from "./events";
import type { ResourceHandler } from "./handler";
import { iamHandlers } from "./iam";
import { lambdaHandlers } from "./lambda";
import { networkHandlers } from "./network";
import { recordedHandler } from "./recorded";
import { s3Handlers } from "./s3";
import { sagemakerHandlers } from "./sagemaker";
import { stepFunctionsHandlers } from "./stepFunctions";

const HANDLERS: Readonly<Record<string, ResourceHandler>> = {
  ...commandHandlers,
  ...eventHandlers,
  ...iamHandlers,
  ...lambdaHandlers,
  ...networkHandlers,
  ...s3Handlers,
  ...sagemakerHandlers,
  ...stepFunctionsHandlers,
};

/** Makes one resource of the program. */
export function createResource(resource: NewResource, cloud: Cloud): Promise<CreatedResource> {
  return (HANDLERS[resource.type] ?? recordedHandler(resource.type))(resource, cloud);
}
