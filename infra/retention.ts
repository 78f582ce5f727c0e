import { CAPTURE_PREFIX, INFERENCE_PREFIXES } from "../contract/inference";
import { MANAGED_SCHEDULE_KEYS } from "../contract/monitoring";
import type { WorkflowConfig } from "./config";

/** Days for which the inference bucket keeps what is under each of its prefixes. */
export function inferenceExpiration({
  storage: { captureDays, resultDays },
  monitoring: { managedSchedule },
}: Pick<WorkflowConfig, "storage" | "monitoring">): Readonly<Record<string, number>> {
  const results = [
    ...Object.values(INFERENCE_PREFIXES),
    ...(managedSchedule.enabled ? [`${MANAGED_SCHEDULE_KEYS.reports}/`] : []),
  ];
  return Object.fromEntries([
    ...results.map((prefix) => [prefix, resultDays]),
    [`${CAPTURE_PREFIX}/`, captureDays],
  ]);
}
