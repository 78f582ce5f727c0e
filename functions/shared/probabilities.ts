import { ERRORS } from "../../contract/inference";
import { FunctionError } from "../../common/functionError";

export interface ClassScore {
  readonly name: string;
  /** Probability, 0 to 1. */
  readonly score: number;
}

/** How far the sum may be from 1: the model computes in 32-bit floating point. */
const SUM_TOLERANCE = 1e-3;

/**
 * Reads `value` as one probability per class, in label order.
 * @throws FunctionError `MalformedInferenceError` naming what is wrong
 */
export function parseProbabilities(
  value: unknown,
  classNames: readonly string[],
): readonly ClassScore[] {
  if (!Array.isArray(value)) {
    throw malformed(`found ${JSON.stringify(value)}`, classNames);
  }
  if (value.length !== classNames.length) {
    throw malformed(`found ${value.length} values`, classNames);
  }
  const scores = classNames.map((name, index) => {
    const score: unknown = value[index];
    if (typeof score !== "number" || !(score >= 0 && score <= 1)) {
      throw malformed(`found ${JSON.stringify(score)} for ${name}`, classNames);
    }
    return { name, score };
  });
  const sum = scores.reduce((total, { score }) => total + score, 0);
  if (Math.abs(sum - 1) > SUM_TOLERANCE) {
    throw malformed(`found ${JSON.stringify(value)}, whose sum is ${sum} and not 1`, classNames);
  }
  return scores;
}

function malformed(found: string, classNames: readonly string[]): FunctionError {
  return new FunctionError(
    ERRORS.malformedInference,
    `Expected ${classNames.length} probabilities (${classNames.join(", ")}), ${found}: ` +
      "check that the endpoint serves the model of these classes",
  );
}
