/** The resource types that the local cloud has; every other is refused by name. */
import type { Cloud } from "../../cloud";
import type { CreatedResource, NewResource } from "../programRunner";
import { cloudWatchHandlers } from "./cloudWatch";
import { commandHandlers } from "./command";
import { eventHandlers } from "./events";
import type { Outputs, ResourceHandler } from "./handler";
import { iamHandlers } from "./iam";
import { kmsHandlers } from "./kms";
import { lambdaHandlers } from "./lambda";
import { modelMonitorHandlers } from "./modelMonitor";
import { networkHandlers } from "./network";
import { recordedHandlers, unseenOf } from "./recorded";
import { s3Handlers } from "./s3";
import { sagemakerHandlers } from "./sagemaker";
import { schedulerHandlers } from "./scheduler";
import { stepFunctionsHandlers } from "./stepFunctions";

const HANDLERS: Readonly<Record<string, ResourceHandler>> = {
  ...cloudWatchHandlers,
  ...commandHandlers,
  ...eventHandlers,
  ...iamHandlers,
  ...kmsHandlers,
  ...lambdaHandlers,
  ...modelMonitorHandlers,
  ...networkHandlers,
  ...recordedHandlers,
  ...s3Handlers,
  ...sagemakerHandlers,
  ...schedulerHandlers,
  ...stepFunctionsHandlers,
};

export { unseenOf };

/** The program has a resource of a type that is not there: to invent its outputs would hide it. */
export class UnsupportedResourceError extends Error {
  override readonly name = "UnsupportedResourceError";

  constructor({ type, name }: NewResource) {
    super(
      `The local cloud has no ${type}, which the program calls "${name}". Write a handler for it ` +
        "in local/pulumi/resources, or add the type to recorded.ts if nothing here would call it. " +
        `There are: ${Object.keys(HANDLERS).sort().join(", ")}`,
    );
  }
}

/**
 * Refuses a resource that the local cloud cannot make, before anything is made.
 * @throws {UnsupportedResourceError}
 */
export function refuseUnsupported(resource: NewResource): void {
  handlerOf(resource);
}

/**
 * Makes one resource of the program.
 * @throws {UnsupportedResourceError} when there is no such type here
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

function handlerOf(resource: NewResource): ResourceHandler {
  const handler = Object.hasOwn(HANDLERS, resource.type) ? HANDLERS[resource.type] : undefined;
  if (handler === undefined) {
    throw new UnsupportedResourceError(resource);
  }
  return handler;
}
