import type { Verdict } from "../contract";
import { readClassNames, readConfidenceThreshold } from "../shared/environment";
import { parseInference } from "../shared/events";
import { filterInference } from "./core";

/**
 * Last step of the workflow: an `Inference` becomes a `Verdict`.
 * @throws FunctionError `InvalidEventError`, `InvalidEnvironmentError`, `MalformedInferenceError`
 */
export const handler = async (event: unknown): Promise<Verdict> =>
  filterInference(parseInference(event), {
    classNames: readClassNames(process.env),
    threshold: readConfidenceThreshold(process.env),
  });
