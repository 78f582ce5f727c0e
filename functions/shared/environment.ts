import { ENVIRONMENT } from "../../contract/environment";
import { ENDPOINT_NAME_PATTERN, ERRORS } from "../../contract/inference";
import { parseImageShape, parseNumber, type ImageSize } from "../../contract/values";
import { FunctionError } from "../../common/functionError";

/** Environment variables by name, as in `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Name of the inference bucket. */
export function readBucketName(environment: Environment): string {
  return readVariable(environment, ENVIRONMENT.bucketName, "the name of a bucket", (text) =>
    /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(text) ? text : undefined,
  );
}

/** ARN of the key that signs links to reviews. */
export function readReviewKey(environment: Environment): string {
  return readVariable(
    environment,
    ENVIRONMENT.reviewKey,
    "the ARN of an HMAC key of AWS KMS",
    (text) => (/^arn:[^:]+:kms:[^:]+:[0-9]+:key\/.+$/.test(text) ? text : undefined),
  );
}

/** URL of the page on which reviewers answer; it ends in a slash. */
export function readReviewPage(environment: Environment): string {
  return readVariable(environment, ENVIRONMENT.reviewPage, "a URL that ends in a slash", (text) =>
    /^https?:\/\/[^/?#]+\/$/.test(text) ? text : undefined,
  );
}

/** Class names in label order: at least two, none empty, none twice. */
export function readClassNames(environment: Environment): readonly string[] {
  return readVariable(
    environment,
    ENVIRONMENT.classNames,
    'a JSON array of at least two different class names, for example ["cat","dog"]',
    (text) => {
      const names = parseJson(text);
      return isTextArray(names) && names.length >= 2 && new Set(names).size === names.length
        ? names
        : undefined;
    },
  );
}

/** Least probability, 0 to 1, at which a verdict is accepted without review. */
export function readConfidenceThreshold(environment: Environment): number {
  return readVariable(
    environment,
    ENVIRONMENT.confidenceThreshold,
    "a number from 0 to 1",
    (text) => {
      const threshold = parseNumber(text);
      return threshold !== undefined && threshold <= 1 ? threshold : undefined;
    },
  );
}

/** Name of the endpoint that classifies. */
export function readEndpointName(environment: Environment): string {
  return readVariable(
    environment,
    ENVIRONMENT.endpointName,
    "an endpoint name of 1 to 63 letters, digits and inner hyphens",
    (text) => (ENDPOINT_NAME_PATTERN.test(text) ? text : undefined),
  );
}

/** ARN of the topic on which people are told. */
export function readTopicArn(environment: Environment): string {
  return readVariable(
    environment,
    ENVIRONMENT.topicArn,
    "the ARN of a topic of Amazon SNS",
    (text) => (/^arn:[^:]+:sns:[^:]+:[0-9]+:[^:]+$/.test(text) ? text : undefined),
  );
}

/** The algorithm's `image_shape`: channels, height, width. Only colour images are served. */
export function readImageShape(environment: Environment): ImageSize {
  return readVariable(
    environment,
    ENVIRONMENT.imageShape,
    'the text "3,<height>,<width>"',
    parseImageShape,
  );
}

/** Pixels of the largest image that is decoded. */
export function readMaxPixels(environment: Environment): number {
  return readVariable(environment, ENVIRONMENT.maxPixels, "a positive whole number", (text) =>
    /^[1-9]\d{0,14}$/.test(text) ? Number(text) : undefined,
  );
}

/**
 * Reads any variable.
 * @param expected ends the sentence that refuses another value
 * @throws FunctionError `InvalidEnvironmentError` if `parse` makes nothing of the variable
 */
export function readVariable<T>(
  environment: Environment,
  key: string,
  expected: string,
  parse: (text: string) => T | undefined,
): T {
  const text = environment[key];
  const value = text === undefined ? undefined : parse(text);
  if (value === undefined) {
    const found = text === undefined ? "is not set" : `is ${JSON.stringify(text)}`;
    throw new FunctionError(
      ERRORS.invalidEnvironment,
      `Environment variable ${key} ${found}: set it to ${expected}`,
    );
  }
  return value;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isTextArray(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string" && item !== "");
}
