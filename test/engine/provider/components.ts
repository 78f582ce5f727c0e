/** Components that a provider builds rather than the program, such as `awsx:ec2:Vpc`. */
import { isDeepStrictEqual } from "node:util";
import { credentials } from "@grpc/grpc-js";
import { ConstructResponse, type ConstructRequest } from "@pulumi/pulumi/proto/provider_pb";
import { ResourceMonitorClient } from "@pulumi/pulumi/proto/resource_grpc_pb";
import {
  RegisterResourceOutputsRequest,
  RegisterResourceRequest,
  type RegisterResourceResponse,
} from "@pulumi/pulumi/proto/resource_pb";
import { deserializeProperties, unknownValue } from "@pulumi/pulumi/runtime/rpc";
import { Struct, type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import type { Cloud } from "../../../local/cloud";
import { createResource } from "../../../local/pulumi/resources";
import type { Inputs } from "./changes";
import { schemaOf } from "./schema";

/** Providers that have components; the engine demands that they understand secrets. */
export const COMPONENT_PROVIDERS: ReadonlySet<string> = new Set(["awsx"]);

/** A component that was built, and may be previewed again. */
interface Built {
  readonly inputs: Inputs;
  readonly outputs: Struct;
}

/** Components that were built, by stack, parent, type and name. */
export type Components = Map<string, Built>;

/**
 * Builds a component: the component itself, without the resources in it. Of the outputs a preview
 * knows those of a component that is there and stays as it is; of any other it knows nothing.
 */
export async function constructComponent(
  request: ConstructRequest,
  cloud: Cloud,
  components: Components,
): Promise<ConstructResponse> {
  const [type, name] = [request.getType(), request.getName()];
  const identity = JSON.stringify([request.getStack(), request.getParent(), type, name]);
  const inputs = request.getInputs()?.toJavaScript() ?? {};
  const built = components.get(identity);
  let outputs: Struct;
  if (built !== undefined && isDeepStrictEqual(built.inputs, inputs)) {
    ({ outputs } = built);
  } else if (request.getDryrun()) {
    outputs = unknownOutputs(type);
  } else {
    outputs = await makeOutputs(request, cloud);
    components.set(identity, { inputs, outputs });
  }
  const monitor = new ResourceMonitorClient(
    request.getMonitorendpoint(),
    credentials.createInsecure(),
  );
  try {
    const registration = new RegisterResourceRequest()
      .setType(type)
      .setName(name)
      .setParent(request.getParent())
      .setObject(request.getInputs());
    const urn = (
      await answerOf<RegisterResourceResponse>((done) =>
        monitor.registerResource(registration, done),
      )
    ).getUrn();
    await answerOf((done) =>
      monitor.registerResourceOutputs(
        new RegisterResourceOutputsRequest().setUrn(urn).setOutputs(outputs),
        done,
      ),
    );
    return new ConstructResponse().setUrn(urn).setState(outputs);
  } finally {
    monitor.close();
  }
}

function unknownOutputs(type: string): Struct {
  return Struct.fromJavaScript(
    Object.fromEntries([...schemaOf(type).computed].map((property) => [property, unknownValue])),
  );
}

async function makeOutputs(request: ConstructRequest, cloud: Cloud): Promise<Struct> {
  const inputs = deserializeProperties(request.getInputs() ?? new Struct()) as Inputs;
  const resource = { type: request.getType(), name: request.getName(), inputs };
  const { outputs } = await createResource(resource, cloud);
  return Struct.fromJavaScript(outputs as Record<string, JavaScriptValue>);
}

function answerOf<Answer>(
  ask: (done: (error: Error | null, answer: Answer) => void) => unknown,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    ask((error, answer) => {
      if (error === null) {
        resolve(answer);
      } else {
        reject(error);
      }
    });
  });
}
