import { createHash } from "node:crypto";
import type {
  InvokeEndpointCommandInput,
  InvokeEndpointCommandOutput,
} from "@aws-sdk/client-sagemaker-runtime";
import {
  ERRORS,
  type ImageReference,
  type Inference,
  type SerializedImage,
} from "../../contract/inference";
import { messageOf } from "../../common/failure";
import { FunctionError } from "../../common/functionError";
import { parseProbabilities } from "../shared/probabilities";
import { toFunctionError } from "./endpointErrors";

export interface ClassifySettings {
  readonly endpointName: string;
  /** Class names in label order. */
  readonly classNames: readonly string[];
}

export type InvokeEndpoint = (
  input: InvokeEndpointCommandInput,
) => Promise<InvokeEndpointCommandOutput>;

/**
 * Asks the endpoint for one probability per class. Content types and the shape of the answer are
 * those of the Amazon SageMaker Developer Guide, "Image Classification - MXNet".
 * @throws FunctionError `EndpointUnavailableError`, `ModelRejectedInputError` or
 *   `MalformedInferenceError`; what the endpoint did not cause passes through under its own name
 */
export async function classifyImage(
  { image, imageData }: SerializedImage,
  { endpointName, classNames }: ClassifySettings,
  invokeEndpoint: InvokeEndpoint,
): Promise<Inference> {
  const inferenceId = inferenceIdOf(image);
  const answer = await invokeEndpoint({
    EndpointName: endpointName,
    Body: Buffer.from(imageData, "base64"),
    ContentType: "image/png",
    Accept: "application/json",
    InferenceId: inferenceId,
  }).catch((error: unknown) => {
    throw toFunctionError(error, endpointName);
  });
  const scores = parseProbabilities(parseAnswer(answer.Body), classNames);
  return { image, inferenceId, scores: scores.map(({ score }) => score) };
}

/**
 * The same for every attempt at one version of an image, so that a captured record can be joined
 * with it. Hexadecimal SHA-256 is 64 characters, the most that InvokeEndpoint takes; neither a
 * bucket's name nor a version's id has a slash, so two versions never share the hashed text.
 */
function inferenceIdOf({ bucket, key, versionId }: ImageReference): string {
  return createHash("sha256").update(`${bucket}/${versionId}/${key}`).digest("hex");
}

function parseAnswer(body: Uint8Array | undefined): unknown {
  const text = Buffer.from(body ?? []).toString("utf8");
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new FunctionError(
      ERRORS.malformedInference,
      `The endpoint did not answer in JSON (${messageOf(error)}): ${JSON.stringify(text.slice(0, 200))}`,
      { cause: error },
    );
  }
}
