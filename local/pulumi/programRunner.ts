/**
 * Runs the Pulumi program without Pulumi's engine: the SDK's mock monitor hands each resource to
 * us, in the order that the program's dependencies ask for, and gets back what we made of it.
 */
import { createRequire } from "node:module";
import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import * as debuggable from "@pulumi/pulumi/runtime/debuggable";
import { unwrapRpcSecret } from "@pulumi/pulumi/runtime/rpc";
import type { RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb";
import type { RecordedResource } from "./graph";
import { ResourceHooks, type Predecessor } from "./hooks";
import { listenToRegistrations, optionsOf } from "./registrations";

export interface ProgramOptions {
  /** Folder of the program; its `index.ts` makes the resources when it is loaded. */
  readonly folder: string;
  readonly project: string;
  readonly stack: string;
  /** Values by full key (`project:key`), structured ones as JSON. */
  readonly config: Readonly<Record<string, string>>;
  /** Outputs that only a provider could know are unknown, as in `pulumi preview`. */
  readonly preview: boolean;
  /** Makes a resource; called when its inputs and everything it depends on are there. */
  readonly create: (resource: NewResource, registration: Registration) => Promise<CreatedResource>;
  /** Answers a provider function. */
  readonly invoke: (
    token: string,
    inputs: Record<string, unknown>,
  ) => Record<string, unknown> | Promise<Record<string, unknown>>;
}

/** What a program says of a resource besides its inputs. */
export interface Registration {
  readonly options: RecordedResource["options"];
  /**
   * Calls the hooks that come before the resource is made, or before its predecessor is changed.
   * @throws Error with what a hook has thrown
   */
  readonly before: (predecessor?: Predecessor) => Promise<void>;
}

/** A resource to be made; inputs are plain values and assets. */
export interface NewResource {
  readonly type: string;
  readonly name: string;
  readonly inputs: Record<string, unknown>;
}

export interface CreatedResource {
  /** None in a preview. */
  readonly id?: string;
  readonly outputs: Record<string, unknown>;
}

export interface ProgramRun {
  /** The program's exports; empty in a preview, where most are unknown. */
  readonly outputs: Record<string, unknown>;
  /** In the order in which they were registered, the stack first. */
  readonly resources: readonly RecordedResource[];
}

/**
 * Runs the program to its end.
 * @throws whatever the program or `create` threw first; nothing is begun after it, and what was
 *   under way is waited for
 */
export async function runProgram(options: ProgramOptions): Promise<ProgramRun> {
  const resources: RecordedResource[] = [];
  const requests = new Map<string, RegisterResourceRequest>();
  const hooks = new ResourceHooks();
  const underWay = new Set<Promise<unknown>>();
  // Aborted with the first failure. The SDK rejects every promise that waited for what failed, and
  // leaves others waiting for ever: the first failure is thrown, and all that are its echoes not.
  const failure = new AbortController();
  const fail = (reason: unknown) => {
    failure.abort(reason instanceof Error ? reason : new Error(String(reason)));
  };

  const mocks: pulumi.runtime.Mocks = {
    newResource: async ({ type, name, inputs: registered, custom }) => {
      const inputs = withoutSecrets(registered) as Record<string, unknown>;
      const request = requests.get(`${type} ${name}`);
      // A component of the program is made of other resources; one of a provider is made there.
      if (request === undefined || (custom !== true && !request.getRemote())) {
        return { id: undefined, state: {} };
      }
      failure.signal.throwIfAborted();
      const registration = {
        options: optionsOf(request),
        before: (predecessor?: Predecessor) => hooks.before(request, predecessor),
      };
      const creation = (async () => options.create({ type, name, inputs }, registration))();
      underWay.add(creation);
      try {
        const { id, outputs } = await creation;
        return { id, state: outputs };
      } catch (error) {
        fail(error);
        throw error;
      } finally {
        underWay.delete(creation);
      }
    },
    call: async ({ token, inputs }) => {
      try {
        return await options.invoke(token, inputs as Record<string, unknown>);
      } catch (error) {
        fail(error);
        throw error;
      }
    },
  };
  await pulumi.runtime.setMocks(mocks, options.project, options.stack, options.preview);
  pulumi.runtime.setAllConfig({ ...options.config });
  listenToRegistrations({
    onHook: (request) => hooks.register(request),
    onRegistering: (request) =>
      void requests.set(`${request.getType()} ${request.getName()}`, request),
    onRegistered: (resource) => void resources.push(resource),
  });

  process.on("unhandledRejection", fail);
  try {
    const outputs = await Promise.race([
      rejection(failure.signal),
      pulumi.runtime
        .runInPulumiStack(() => loadAfresh(options.folder))
        .then((exports) => pulumi.runtime.disconnect().then(() => exports)),
    ]);
    // Rejections that nobody handles are announced after the current turn of the event loop.
    await new Promise(setImmediate);
    failure.signal.throwIfAborted();
    return { outputs: (outputs ?? {}) as Record<string, unknown>, resources };
  } catch (error) {
    fail(error);
    await Promise.allSettled(underWay);
    await new Promise(setImmediate);
    forgetWaiting();
    throw failure.signal.reason;
  } finally {
    process.off("unhandledRejection", fail);
  }
}

/** Providers get the values of secrets as they are. */
function withoutSecrets(value: unknown): unknown {
  const plain: unknown = unwrapRpcSecret(value);
  if (Array.isArray(plain)) {
    return plain.map(withoutSecrets);
  }
  // Assets and references are objects of classes of the SDK's own.
  return typeof plain === "object" &&
    plain !== null &&
    Object.getPrototypeOf(plain) === Object.prototype
    ? Object.fromEntries(Object.entries(plain).map(([key, each]) => [key, withoutSecrets(each)]))
    : plain;
}

function rejection(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason as Error));
  });
}

/**
 * What waited for a resource that was never made still waits, and the SDK would complain of that
 * when the process ends. Asking it for the list, which its types do not show, empties the list.
 */
function forgetWaiting(): void {
  (debuggable as unknown as { leakedPromises(): unknown }).leakedPromises();
}

/** Loads the program as if for the first time: a module that is cached makes no resources. */
function loadAfresh(folder: string): Promise<Record<string, unknown>> {
  const load = createRequire(__filename);
  for (const file of Object.keys(load.cache)) {
    if (file.startsWith(folder + path.sep)) {
      Reflect.deleteProperty(load.cache, file);
    }
  }
  return Promise.resolve(load(path.join(folder, "index.ts")) as Record<string, unknown>);
}
