import { InvokeEndpointCommand, SageMakerRuntimeClient } from "@aws-sdk/client-sagemaker-runtime";
import { METRICS } from "../../contract/monitoring";
import { readClassNames, readEndpointName } from "../shared/environment";
import { parseSerializedImage } from "../shared/events";
import { observed } from "../shared/observability";
import { classifyImage, type InvokeEndpoint } from "./core";

/**
 * A model may take 60 s, and its client is to wait 70 s then (Amazon SageMaker Developer Guide,
 * "Use Your Own Inference Code with Hosting Services").
 */
const REQUEST_TIMEOUT_MILLISECONDS = 70_000;

/**
 * A client that makes one attempt: the state machine retries, with longer pauses than an
 * invocation should be paid for, and two attempts of 70 s do not fit into one invocation.
 */
export function createClient(requestTimeout = REQUEST_TIMEOUT_MILLISECONDS) {
  return new SageMakerRuntimeClient({
    maxAttempts: 1,
    // All requests are alike: what the client does for one is put together once.
    cacheMiddleware: true,
    requestHandler: { connectionTimeout: 3_000, requestTimeout, throwOnRequestTimeout: true },
  });
}

/** @param connect makes the client, at the first event; later events share its connection */
export function createHandler(connect: () => SageMakerRuntimeClient) {
  let client: SageMakerRuntimeClient | undefined;
  return observed("Image classified", async (event, invocation) => {
    const serialized = parseSerializedImage(event);
    invocation.log({ image: serialized.image });
    const settings = {
      endpointName: readEndpointName(process.env),
      classNames: readClassNames(process.env),
    };
    const runtime = (client ??= connect());
    const invokeEndpoint: InvokeEndpoint = async (input) => {
      invocation.log({ inferenceId: input.InferenceId });
      try {
        return await invocation.time(METRICS.endpointLatency, () =>
          runtime.send(new InvokeEndpointCommand(input)),
        );
      } catch (error) {
        if (error instanceof Error && error.name === "ThrottlingException") {
          invocation.measure(METRICS.endpointThrottles, 1);
        }
        throw error;
      }
    };
    return classifyImage(serialized, settings, invokeEndpoint);
  });
}

/**
 * Second step of the workflow: a `SerializedImage` becomes an `Inference`.
 * @throws FunctionError `InvalidEventError`, `InvalidEnvironmentError`, and those of the core
 */
export const handler = createHandler(() => createClient());
