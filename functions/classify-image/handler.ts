import { InvokeEndpointCommand, SageMakerRuntimeClient } from "@aws-sdk/client-sagemaker-runtime";
import type { Inference } from "../contract";
import { readClassNames, readEndpointName } from "../shared/environment";
import { parseSerializedImage } from "../shared/events";
import { classifyImage } from "./core";

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
    requestHandler: { connectionTimeout: 3_000, requestTimeout, throwOnRequestTimeout: true },
  });
}

/** @param connect makes the client, at the first event; later events share its connection */
export function createHandler(connect: () => SageMakerRuntimeClient) {
  let client: SageMakerRuntimeClient | undefined;
  return async (event: unknown): Promise<Inference> => {
    const serialized = parseSerializedImage(event);
    const settings = {
      endpointName: readEndpointName(process.env),
      classNames: readClassNames(process.env),
    };
    const runtime = (client ??= connect());
    return classifyImage(serialized, settings, (input) =>
      runtime.send(new InvokeEndpointCommand(input)),
    );
  };
}

/**
 * Second step of the workflow: a `SerializedImage` becomes an `Inference`.
 * @throws FunctionError `InvalidEventError`, `InvalidEnvironmentError`, and those of the core
 */
export const handler = createHandler(() => createClient());
