import { METRICS } from "../../contract/monitoring";
import { readClassNames, readConfidenceThreshold } from "../shared/environment";
import { parseInference } from "../shared/events";
import { observed } from "../shared/observability";
import { filterInference } from "./core";

/**
 * Last step of the workflow: an `Inference` becomes a `Verdict`.
 * @throws FunctionError `InvalidEventError`, `InvalidEnvironmentError`, `MalformedInferenceError`
 */
export const handler = observed("Inference filtered", async (event, invocation) => {
  const inference = parseInference(event);
  const { image, inferenceId } = inference;
  invocation.log({ image, inferenceId });
  const answer = filterInference(inference, {
    classNames: readClassNames(process.env),
    threshold: readConfidenceThreshold(process.env),
  });
  const { verdict, label, confidence } = answer;
  invocation.log({ verdict, label, confidence });
  invocation.measure(METRICS.accepted, verdict === "accepted" ? 1 : 0);
  invocation.measure(METRICS.review, verdict === "review" ? 1 : 0);
  invocation.measure(METRICS.confidence, confidence);
  invocation.measureBy("label", label, METRICS.confidence, confidence);
  return answer;
});
