import { z } from "zod";
import { DRIFT_DEFAULTS, type DriftSettings } from "../../common/drift";
import type { TimeRange } from "../../common/captures/files";
import { ENVIRONMENT } from "../../contract/environment";
import { ERRORS } from "../../contract/inference";
import { DRIFT_LAG_MINUTES, DRIFT_PERIOD_HOURS } from "../../contract/monitoring";
import { FunctionError } from "../../common/functionError";
import { readConfidenceThreshold, readVariable, type Environment } from "../shared/environment";

export interface MonitorSettings extends DriftSettings {
  readonly period: keyof typeof DRIFT_PERIOD_HOURS;
}

const HOUR_MILLISECONDS = 60 * 60 * 1000;

const limit = z.number().min(0);
const settingsSchema = z.object({
  period: z.enum(["hour", "day"]),
  minImages: z.int().min(1),
  limits: z.object(
    Object.fromEntries(Object.keys(DRIFT_DEFAULTS.limits).map((name) => [name, limit])) as Record<
      keyof DriftSettings["limits"],
      typeof limit
    >,
  ),
});

/** @throws FunctionError `InvalidEnvironmentError` */
export function readMonitorSettings(environment: Environment): MonitorSettings {
  const settings = readVariable(
    environment,
    ENVIRONMENT.driftSettings,
    `a JSON object with period, minImages and limits of ${Object.keys(DRIFT_DEFAULTS.limits).join(", ")}`,
    (text) => {
      try {
        return settingsSchema.safeParse(JSON.parse(text)).data;
      } catch {
        return undefined;
      }
    },
  );
  return { ...settings, confidenceThreshold: readConfidenceThreshold(environment) };
}

const time = z.iso.datetime({ offset: false, message: "must be a time in ISO 8601, in UTC" });
const eventSchema = z.union([
  z.strictObject({ scheduledTime: time }),
  z
    .strictObject({ from: time, to: time })
    .refine(({ from, to }) => Date.parse(from) < Date.parse(to), "`from` must be before `to`"),
]);

export interface MonitorRequest {
  /** What is judged, and told in metrics; absent if a person asks for a time of their own. */
  readonly latest?: TimeRange;
  /** What is judged besides: again, with what came late, or because somebody asks. */
  readonly others: readonly TimeRange[];
}

/**
 * What an event asks for. The schedule's names the time for which it was planned, so that an attempt
 * made later judges the same window: the last whole period that is over for as long as captures are
 * waited for, and once more the one before it.
 * @throws FunctionError `InvalidEventError`
 */
export function parseMonitorRequest(
  event: unknown,
  period: MonitorSettings["period"],
): MonitorRequest {
  const parsed = eventSchema.safeParse(event);
  if (!parsed.success) {
    throw new FunctionError(
      ERRORS.invalidEvent,
      `The event must have scheduledTime, or from and to: ${z.prettifyError(parsed.error)}`,
    );
  }
  if ("from" in parsed.data) {
    return { others: [{ from: new Date(parsed.data.from), to: new Date(parsed.data.to) }] };
  }
  const length = DRIFT_PERIOD_HOURS[period] * HOUR_MILLISECONDS;
  const complete = Date.parse(parsed.data.scheduledTime) - DRIFT_LAG_MINUTES * 60_000;
  const to = Math.floor(complete / length) * length;
  const range = (end: number) => ({ from: new Date(end - length), to: new Date(end) });
  return { latest: range(to), others: [range(to - length)] };
}
