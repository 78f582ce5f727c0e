/** The resource hooks of a program, called as Pulumi's engine calls them. */
import { promisify } from "node:util";
import { credentials } from "@grpc/grpc-js";
import type { Callback } from "@pulumi/pulumi/proto/callback_pb";
import {
  CallbackInvokeRequest,
  type CallbackInvokeResponse,
} from "@pulumi/pulumi/proto/callback_pb";
import { CallbacksClient } from "@pulumi/pulumi/proto/callback_grpc_pb";
import {
  ResourceHookRequest,
  ResourceHookResponse,
  type RegisterResourceHookRequest,
  type RegisterResourceRequest,
} from "@pulumi/pulumi/proto/resource_pb";
import { Struct, type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";

/** What a resource was before it is updated. */
export interface Predecessor {
  readonly id: string;
  readonly inputs: Readonly<Record<string, unknown>>;
}

export class ResourceHooks {
  private readonly callbacks = new Map<string, Callback>();

  register(request: RegisterResourceHookRequest): void {
    const callback = request.getCallback();
    if (callback !== undefined) {
      this.callbacks.set(request.getName(), callback);
    }
  }

  /**
   * Calls the hooks that a resource has before it is made, or with a predecessor, before that is
   * changed in place.
   * @throws Error with what a hook has thrown: the resource is then not to be made or changed
   */
  async before(resource: RegisterResourceRequest, predecessor?: Predecessor): Promise<void> {
    const bound = resource.getHooks();
    const names =
      predecessor === undefined ? bound?.getBeforeCreateList() : bound?.getBeforeUpdateList();
    for (const name of names ?? []) {
      const callback = this.callbacks.get(name);
      if (callback === undefined) {
        throw new Error(`There is no resource hook "${name}"`);
      }
      const problem = await call(callback, requestOf(resource, predecessor));
      if (problem !== "") {
        throw new Error(problem);
      }
    }
  }
}

function requestOf(resource: RegisterResourceRequest, predecessor?: Predecessor) {
  const request = new ResourceHookRequest()
    .setName(resource.getName())
    .setType(resource.getType())
    .setNewInputs(resource.getObject());
  return predecessor === undefined
    ? request
    : request
        .setId(predecessor.id)
        .setOldInputs(Struct.fromJavaScript(predecessor.inputs as Record<string, JavaScriptValue>));
}

/** @returns what the hook has thrown; nothing if it has not */
async function call(callback: Callback, request: ResourceHookRequest): Promise<string> {
  const client = new CallbacksClient(callback.getTarget(), credentials.createInsecure());
  try {
    const invoke = promisify<CallbackInvokeRequest, CallbackInvokeResponse>(
      client.invoke.bind(client),
    );
    const response = await invoke(
      new CallbackInvokeRequest()
        .setToken(callback.getToken())
        .setRequest(request.serializeBinary()),
    );
    return ResourceHookResponse.deserializeBinary(response.getResponse_asU8()).getError();
  } finally {
    client.close();
  }
}
