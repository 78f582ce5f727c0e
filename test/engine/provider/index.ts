/**
 * A stand-in for the providers of a program: it answers Pulumi's real engine over the
 * ResourceProvider protocol (`proto/pulumi/provider.proto`) and makes resources in the local cloud.
 * Like the providers it stands for it names resources, tells in a preview what is known of their
 * outputs, and knows which changes replace a resource. The SDK's own provider server does not: it
 * leaves the engine without any outputs in a preview.
 */
import { randomBytes } from "node:crypto";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import {
  CheckResponse,
  ConfigureResponse,
  CreateResponse,
  DiffResponse,
  InvokeResponse,
  ReadResponse,
  UpdateResponse,
  type CheckRequest,
  type ConstructRequest,
  type CreateRequest,
  type DeleteRequest,
  type DiffRequest,
  type InvokeRequest,
  type ReadRequest,
  type UpdateRequest,
} from "@pulumi/pulumi/proto/provider_pb";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { deserializeProperties, unknownValue } from "@pulumi/pulumi/runtime/rpc";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { Struct, type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import type { Cloud } from "../../../local/cloud";
import { callProvider } from "../../../local/pulumi/invokes";
import type { NewResource } from "../../../local/pulumi/programRunner";
import { createResource, deleteResource, updateResource } from "../../../local/pulumi/resources";
import { changesOf, identityOf, nameProperty, type Inputs } from "./changes";
import { COMPONENT_PROVIDERS, constructComponent, type Components } from "./components";
import { servePlugin, unary, type PluginServer } from "./grpc";
import type { ProviderPackage } from "./packages";
import { reportedInPreview, schemaOf } from "./schema";

/** A resource that was made and not deleted. */
interface LiveResource {
  readonly type: string;
  readonly id: string;
  /** As the engine sent them. */
  readonly inputs: Inputs;
  readonly outputs: Inputs;
  /** The same resource with assets as the objects that a program would see. */
  readonly resource: NewResource;
}

/** One cloud's providers, for any number of engine runs. */
export class StandInProviders {
  private readonly live: LiveResource[] = [];
  private readonly components: Components = new Map();
  private readonly servers = new Map<string, PluginServer>();

  private constructor(private readonly cloud: Cloud) {}

  /** Starts a server for each provider; whoever starts them stops them. */
  static async start(
    packages: readonly ProviderPackage[],
    cloud: Cloud,
  ): Promise<StandInProviders> {
    const providers = new StandInProviders(cloud);
    for (const { name, version } of packages) {
      const server = await servePlugin(ResourceProviderService, {
        getPluginInfo: unary(() => new PluginInfo().setVersion(version)),
        configure: unary(() =>
          new ConfigureResponse()
            .setSupportspreview(true)
            .setAcceptsecrets(COMPONENT_PROVIDERS.has(name)),
        ),
        construct: unary((request: ConstructRequest) =>
          constructComponent(request, cloud, providers.components),
        ),
        check: unary((request: CheckRequest) => check(request)),
        diff: unary((request: DiffRequest) => diff(request)),
        create: unary((request: CreateRequest) => providers.create(request)),
        read: unary((request: ReadRequest) => providers.read(request)),
        update: unary((request: UpdateRequest) => providers.update(request)),
        delete: unary((request: DeleteRequest) => providers.delete(request)),
        invoke: unary((request: InvokeRequest) => providers.invoke(request)),
        cancel: unary(() => new Empty()),
      });
      providers.servers.set(name, server);
    }
    return providers;
  }

  /** Where each provider answers; what its plugin on the engine's path prints. */
  get ports(): ReadonlyMap<string, number> {
    return new Map([...this.servers].map(([name, { port }]) => [name, port]));
  }

  /** Everything that was made and not deleted, in the order in which it was made. */
  get resources(): readonly LiveResource[] {
    return this.live;
  }

  stop(): void {
    for (const server of this.servers.values()) {
      server.stop();
    }
  }

  private async create(request: CreateRequest): Promise<CreateResponse> {
    const [type, inputs] = [request.getType(), plain(request.getProperties())];
    if (request.getPreview()) {
      return new CreateResponse().setProperties(struct(previewOutputs(type, inputs)));
    }
    const identity = identityOf(type, inputs);
    if (
      identity !== undefined &&
      this.live.some((other) => identityOf(other.type, other.inputs) === identity)
    ) {
      throw new Error(`There is already a resource ${identity}`);
    }
    const resource = resourceOf(type, request.getName(), request.getProperties());
    const { id, outputs } = await createResource(resource, this.cloud);
    if (id === undefined) {
      throw new Error(`${type} ${resource.name}: the local cloud gave it no id`);
    }
    const made = { type, id, inputs, outputs: withoutNotes({ ...outputs, ...inputs }), resource };
    this.live.push(made);
    return new CreateResponse().setId(id).setProperties(struct(made.outputs));
  }

  private async update(request: UpdateRequest): Promise<UpdateResponse> {
    const [type, id, inputs] = [request.getType(), request.getId(), plain(request.getNews())];
    if (request.getPreview()) {
      const outputs = { ...plain(request.getOlds()), ...inputs };
      return new UpdateResponse().setProperties(struct(withoutNotes(outputs)));
    }
    const old = this.find(type, id);
    if (old === undefined) {
      throw new Error(`${type}: there is none with the id "${id}"`);
    }
    const resource = resourceOf(type, request.getName(), request.getNews());
    const changed = await updateResource(id, resource, this.cloud);
    const kept = Object.entries(old.outputs).filter(([property]) => !(property in old.inputs));
    const outputs = withoutNotes({ ...Object.fromEntries(kept), ...inputs, ...changed });
    this.live[this.live.indexOf(old)] = { type, id, inputs, outputs, resource };
    return new UpdateResponse().setProperties(struct(outputs));
  }

  private read(request: ReadRequest): ReadResponse {
    const found = this.find(request.getType(), request.getId());
    // An answer without an id tells the engine that the resource is gone.
    return found === undefined
      ? new ReadResponse()
      : new ReadResponse()
          .setId(found.id)
          .setInputs(struct(found.inputs))
          .setProperties(struct(found.outputs));
  }

  /** What is gone already is as good as deleted. */
  private async delete(request: DeleteRequest): Promise<Empty> {
    const [type, id] = [request.getType(), request.getId()];
    const found = this.find(type, id);
    if (found !== undefined) {
      await deleteResource(id, found.resource, this.cloud);
      this.live.splice(this.live.indexOf(found), 1);
    }
    return new Empty();
  }

  /** The oldest one with this id: one that replaces another under its id is not meant yet. */
  private find(type: string, id: string): LiveResource | undefined {
    return this.live.find((live) => live.type === type && live.id === id);
  }

  private async invoke(request: InvokeRequest): Promise<InvokeResponse> {
    const answer = await callProvider(request.getTok(), plain(request.getArgs()), this.cloud);
    return new InvokeResponse().setReturn(struct(answer));
  }
}

/** A resource with its assets as the objects that a program would see. */
function resourceOf(type: string, name: string, wire = new Struct()): NewResource {
  return { type, name, inputs: withoutNotes(deserializeProperties(wire) as Inputs) };
}

/** Fills in the name that the program left out; the same again for a resource that has one. */
function check(request: CheckRequest): CheckResponse {
  const [type, inputs, old] = [
    request.getType(),
    plain(request.getNews()),
    plain(request.getOlds()),
  ];
  const property = nameProperty(type);
  if (property in inputs || !schemaOf(type).inputs.has(property)) {
    return new CheckResponse().setInputs(struct(inputs));
  }
  const defaults = old[DEFAULTS];
  const kept = Array.isArray(defaults) && defaults.includes(property) ? old[property] : undefined;
  const name = kept ?? `${request.getName()}-${randomBytes(4).toString("hex").slice(1)}`;
  return new CheckResponse().setInputs(
    struct({ ...inputs, [property]: name, [DEFAULTS]: [property] }),
  );
}

/** Where providers of this kind note which inputs they filled in themselves. */
const DEFAULTS = "__defaults";

function diff(request: DiffRequest): DiffResponse {
  const { properties, replacing } = changesOf(
    request.getType(),
    plain(request.getOldInputs()),
    plain(request.getNews()),
  );
  const { DIFF_NONE, DIFF_SOME } = DiffResponse.DiffChanges;
  return new DiffResponse()
    .setChanges(properties.length === 0 ? DIFF_NONE : DIFF_SOME)
    .setDiffsList([...properties])
    .setReplacesList([...replacing]);
}

/** Inputs are known outputs; what only the provider knows, or computes in their place, is unknown. */
function previewOutputs(type: string, inputs: Inputs): Inputs {
  const computed = [...schemaOf(type).computed].map((property) => [property, unknownValue]);
  return { ...Object.fromEntries(computed), ...reportedInPreview(type, withoutNotes(inputs)) };
}

function withoutNotes(properties: Inputs): Record<string, unknown> {
  return Object.fromEntries(Object.entries(properties).filter(([key]) => !key.startsWith("__")));
}

function plain(wire: Struct | undefined): Inputs {
  return wire?.toJavaScript() ?? {};
}

function struct(properties: Inputs): Struct {
  return Struct.fromJavaScript(properties as Record<string, JavaScriptValue>);
}
