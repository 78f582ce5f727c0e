/**
 * Readers of the events in the contract. They are strict, so that a mistake in the state machine
 * is found at the step it reaches first: an unknown key is refused like a missing one. Written by
 * hand because a schema library would be most of the smallest function's bundle.
 */
import {
  ERRORS,
  type ImageReference,
  type ImageRequest,
  type Inference,
  type ReviewRequest,
  type SerializedImage,
} from "../../contract/inference";
import { FunctionError } from "../../common/functionError";

/** @throws FunctionError `InvalidEventError` naming the path and what is expected there */
export function parseImageRequest(event: unknown): ImageRequest {
  const { bucket, key, versionId } = objectWith(event, "event", IMAGE_FIELDS);
  return {
    bucket: text(bucket, "event.bucket"),
    key: text(key, "event.key"),
    versionId: versionId === null ? null : text(versionId, "event.versionId"),
  };
}

/** @throws FunctionError `InvalidEventError` naming the path and what is expected there */
export function parseSerializedImage(event: unknown): SerializedImage {
  const fields = objectWith(event, "event", ["image", "imageData"]);
  return {
    image: imageReference(fields.image, "event.image"),
    imageData: base64(fields.imageData, "event.imageData"),
  };
}

/** @throws FunctionError `InvalidEventError` naming the path and what is expected there */
export function parseInference(event: unknown): Inference {
  const fields = objectWith(event, "event", ["image", "inferenceId", "scores"]);
  return {
    image: imageReference(fields.image, "event.image"),
    inferenceId: text(fields.inferenceId, "event.inferenceId"),
    scores: numbers(fields.scores, "event.scores"),
  };
}

/** @throws FunctionError `InvalidEventError` naming the path and what is expected there */
export function parseReviewRequest(event: unknown): ReviewRequest {
  const fields = objectWith(event, "event", REVIEW_FIELDS);
  const startedAt = text(fields.startedAt, "event.startedAt");
  if (Number.isNaN(Date.parse(startedAt))) {
    throw invalid("event.startedAt", "a time in ISO 8601");
  }
  const [timeoutHours = 0] = numbers([fields.timeoutHours], "event.timeoutHours");
  return {
    record: text(fields.record, "event.record"),
    execution: text(fields.execution, "event.execution"),
    startedAt,
    timeoutHours,
  };
}

const REVIEW_FIELDS = ["record", "execution", "startedAt", "timeoutHours"] as const;

const IMAGE_FIELDS = ["bucket", "key", "versionId"] as const;

function imageReference(value: unknown, path: string): ImageReference {
  const { bucket, key, versionId } = objectWith(value, path, IMAGE_FIELDS);
  return {
    bucket: text(bucket, `${path}.bucket`),
    key: text(key, `${path}.key`),
    versionId: text(versionId, `${path}.versionId`),
  };
}

function objectWith<K extends string>(
  value: unknown,
  path: string,
  keys: readonly K[],
): Partial<Record<K, unknown>> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw invalid(path, `an object with ${keys.join(", ")}`);
  }
  const unknown = Object.keys(value).find((key) => !keys.some((known) => known === key));
  if (unknown !== undefined) {
    throw invalid(`${path}.${unknown}`, `absent: only ${keys.join(", ")} are known`);
  }
  return value;
}

function text(value: unknown, path: string): string {
  if (typeof value !== "string" || value === "") {
    throw invalid(path, "a text that is not empty");
  }
  return value;
}

function base64(value: unknown, path: string): string {
  const data = text(value, path);
  if (data.length % 4 !== 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(data)) {
    throw invalid(path, "base64");
  }
  return data;
}

function numbers(value: unknown, path: string): readonly number[] {
  if (!Array.isArray(value)) {
    throw invalid(path, "an array of numbers");
  }
  return value.map((item: unknown, index) => {
    if (typeof item !== "number" || !Number.isFinite(item)) {
      throw invalid(`${path}[${index}]`, "a finite number");
    }
    return item;
  });
}

function invalid(path: string, expected: string): FunctionError {
  return new FunctionError(ERRORS.invalidEvent, `${path} must be ${expected}`);
}
