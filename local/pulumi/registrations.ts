/** Listens to what a program registers: the SDK's mock interface passes only part of it on. */
import * as pulumi from "@pulumi/pulumi";
import type {
  RegisterResourceHookRequest,
  RegisterResourceRequest,
  RegisterResourceResponse,
} from "@pulumi/pulumi/proto/resource_pb";
import { MockMonitor } from "@pulumi/pulumi/runtime/mocks";
import type { RecordedResource } from "./graph";

export interface RegistrationListener {
  /** Told of each hook that resources may have. */
  readonly onHook?: (request: RegisterResourceHookRequest) => void;
  /** Told of each resource before it is made. */
  readonly onRegistering?: (request: RegisterResourceRequest) => void;
  /** Told of each resource that is there; what it returns fails the registration. */
  readonly onRegistered: (resource: RecordedResource) => Error | undefined;
}

/**
 * Reports every registration of the program that runs under the mocks set before.
 * @throws Error when the SDK's monitor is not its mock
 */
export function listenToRegistrations({
  onHook,
  onRegistering,
  onRegistered,
}: RegistrationListener): void {
  const monitor: unknown = pulumi.runtime.getMonitor();
  if (!(monitor instanceof MockMonitor)) {
    throw new Error("The Pulumi SDK did not install its mock monitor");
  }
  Object.assign(monitor, {
    registerResourceHook(request: RegisterResourceHookRequest, callback: (error: null) => void) {
      onHook?.(request);
      callback(null);
    },
  });
  const register = monitor.registerResource.bind(monitor);
  monitor.registerResource = (request: RegisterResourceRequest, callback) => {
    onRegistering?.(request);
    return register(request, (error: unknown, response: RegisterResourceResponse) => {
      const flaw = error === null ? onRegistered(recorded(request, response)) : undefined;
      callback(flaw ?? error, response);
    });
  };
}

function recorded(
  request: RegisterResourceRequest,
  response: RegisterResourceResponse,
): RecordedResource {
  const inputs = (request.getObject()?.toJavaScript() ?? {}) as Record<string, unknown>;
  return {
    urn: response.getUrn(),
    type: request.getType(),
    name: request.getName(),
    custom: request.getCustom(),
    inputs,
    outputs: { ...inputs, ...(response.getObject()?.toJavaScript() ?? {}) },
    parent: request.getParent(),
    dependencies: request.getDependenciesList(),
    propertyDependencies: Object.fromEntries(
      [...request.getPropertydependenciesMap().entries()].map(([property, dependencies]) => [
        property,
        dependencies.getUrnsList(),
      ]),
    ),
    options: optionsOf(request),
  };
}

/** What the program says of how a resource is to be treated. */
export function optionsOf(request: RegisterResourceRequest): RecordedResource["options"] {
  return {
    protect: request.getProtect() ?? false,
    retainOnDelete: request.getRetainondelete() ?? false,
  };
}
