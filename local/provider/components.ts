/** Components that a provider builds rather than the program, such as `awsx:ec2:Vpc`. */
import { credentials } from "@grpc/grpc-js";
import { ConstructResponse, type ConstructRequest } from "@pulumi/pulumi/proto/provider_pb";
import { ResourceMonitorClient } from "@pulumi/pulumi/proto/resource_grpc_pb";
import {
  RegisterResourceOutputsRequest,
  RegisterResourceRequest,
  type RegisterResourceResponse,
} from "@pulumi/pulumi/proto/resource_pb";
import { unknownValue } from "@pulumi/pulumi/runtime/rpc";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { schemaOf } from "./schema";

/** Providers that have components; the engine demands that they understand secrets. */
export const COMPONENT_PROVIDERS: ReadonlySet<string> = new Set(["awsx"]);

/**
 * Builds a component for a preview: the component itself, without the resources in it, and with
 * nothing known of its outputs.
 * @throws Error in an update, because the local cloud has no networks
 */
export async function constructComponent(request: ConstructRequest): Promise<ConstructResponse> {
  const [type, name] = [request.getType(), request.getName()];
  if (!request.getDryrun()) {
    throw new Error(`${type} ${name}: the local cloud can preview it, but has none to give`);
  }
  const outputs = Struct.fromJavaScript(
    Object.fromEntries([...schemaOf(type).computed].map((property) => [property, unknownValue])),
  );
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
