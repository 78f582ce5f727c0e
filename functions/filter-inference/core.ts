import { INFERENCE_PREFIXES, type Inference, type Verdict } from "../../contract/inference";
import { parseProbabilities } from "../shared/probabilities";
import { recordKey } from "../../common/recordKey";

export interface FilterSettings {
  /** Class names in label order, at least one. */
  readonly classNames: readonly string[];
  /** Least probability, 0 to 1, that is accepted without review. */
  readonly threshold: number;
}

/**
 * Decides whether an inference stands or a person must look. Both are verdicts, not errors; at
 * the threshold itself it stands. Of equally probable classes the first label is taken.
 * @throws FunctionError `MalformedInferenceError` if there is not one probability per class
 */
export function filterInference(inference: Inference, settings: FilterSettings): Verdict {
  const { image, inferenceId } = inference;
  const { classNames, threshold } = settings;
  const scores = parseProbabilities(inference.scores, classNames);
  const best = scores.reduce((first, next) => (next.score > first.score ? next : first));
  const verdict = best.score >= threshold ? "accepted" : "review";
  return {
    image,
    inferenceId,
    verdict,
    record: recordKey(INFERENCE_PREFIXES[verdict], image),
    label: best.name,
    confidence: best.score,
    threshold,
    scores: Object.fromEntries(scores.map(({ name, score }) => [name, score])),
  };
}
