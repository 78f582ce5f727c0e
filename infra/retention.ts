import { CAPTURE_PREFIX, INFERENCE_PREFIXES } from "../contract/inference";
import type { WorkflowConfig } from "./config";

/** Days for which the inference bucket keeps what is under each of its prefixes. */
export function inferenceExpiration(
  settings: WorkflowConfig["storage"],
): Readonly<Record<string, number>> {
  const results = Object.values(INFERENCE_PREFIXES).map((prefix) => [prefix, settings.resultDays]);
  return Object.fromEntries([...results, [`${CAPTURE_PREFIX}/`, settings.captureDays]]);
}
