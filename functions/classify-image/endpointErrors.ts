import { ERRORS } from "../../contract/inference";
import { FunctionError } from "../../common/functionError";

/**
 * Errors that pass by themselves (Amazon SageMaker API reference, "InvokeEndpoint" and "Common
 * Errors"), and the name under which the SDK reports that no answer came in time.
 */
const PASSING = new Set([
  "InternalDependencyException",
  "InternalFailure",
  "ModelNotReadyException",
  "ServiceUnavailable",
  "ThrottlingException",
  "TimeoutError",
]);

/** Codes with which Node.js reports that the connection failed, not the request. */
const CONNECTION_CODES = new Set([
  "EAI_AGAIN",
  "ECONNREFUSED",
  "ECONNRESET",
  "ENOTFOUND",
  "EPIPE",
  "ETIMEDOUT",
]);

/**
 * Sorts what InvokeEndpoint threw by whether trying again may help. Whatever is neither the
 * endpoint's state nor the model's refusal, such as a missing permission, is returned as it is.
 */
export function toFunctionError(error: unknown, endpointName: string): unknown {
  if (!(error instanceof Error)) {
    return error;
  }
  if (mayPass(error)) {
    return new FunctionError(
      ERRORS.endpointUnavailable,
      `Endpoint ${endpointName} is unavailable, try again later: ${error.name}: ${error.message}`,
      { cause: error },
    );
  }
  if (error.name === "ModelError" || error.name === "ValidationError") {
    return new FunctionError(
      ERRORS.modelRejectedInput,
      `Endpoint ${endpointName} refused this request, the same one would be refused again: ` +
        error.message,
      { cause: error },
    );
  }
  return error;
}

/** A model's error passes by itself unless its container blamed the request (a 4xx of its own). */
function mayPass(error: Error): boolean {
  if (error.name === "ModelError") {
    return !("OriginalStatusCode" in error && isClientStatus(error.OriginalStatusCode));
  }
  return PASSING.has(error.name) || ("code" in error && CONNECTION_CODES.has(String(error.code)));
}

function isClientStatus(status: unknown): boolean {
  return typeof status === "number" && status >= 400 && status < 500;
}
