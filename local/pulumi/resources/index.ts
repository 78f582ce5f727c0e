/** The resource types that have a behaviour here; any other type is only recorded. */
import type { Cloud } from "../../cloud";
import type { CreatedResource, NewResource } from "../programRunner";
import { commandHandlers } from "./command";
import { eventHandlers } from "./events";
import type { Outputs, ResourceHandler } from "./handler";
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

/**
 * Makes one resource of the program.
 * @throws Error when the cloud has been stopped
 */
export async function createResource(
  resource: NewResource,
  cloud: Cloud,
): Promise<CreatedResource> {
  cloud.refuseWhenStopped();
  return handlerOf(resource).create(resource, cloud);
}

/**
 * Changes a resource in place.
 * @param resource with the inputs it is to have
 * @returns the outputs that the change gave another value, besides the inputs
 */
export function updateResource(id: string, resource: NewResource, cloud: Cloud): Promise<Outputs> {
  return handlerOf(resource).update(id, resource, cloud);
}

/**
 * Removes a resource; one that is not there is as good as removed.
 * @param resource with the inputs it has
 */
export function deleteResource(id: string, resource: NewResource, cloud: Cloud): Promise<void> {
  return handlerOf(resource).delete(id, resource, cloud);
}

function handlerOf({ type }: NewResource): ResourceHandler {
  return HANDLERS[type] ?? recordedHandler(type);
}
