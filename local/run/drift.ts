/** Has the drift monitor look at a run, without waiting for the end of the hour. */
import { DRIFT_LAG_MINUTES, DRIFT_PERIOD_HOURS, type DriftWindow } from "../../contract/monitoring";
import type { Cloud } from "../cloud";
import type { Schedule } from "../cloud/services/scheduler";

const HOUR_MILLISECONDS = 60 * 60 * 1000;

/**
 * Starts the monitor as its schedule will for each window of which some is in that time.
 * @returns the windows, oldest first; none if drift is not monitored
 * @throws Error when the monitor fails
 */
export async function monitorDrift(
  cloud: Cloud,
  { from, to }: { readonly from: Date; readonly to: Date },
): Promise<readonly DriftWindow[]> {
  const windows: DriftWindow[] = [];
  for (const schedule of cloud.scheduler.all) {
    const length = periodOf(schedule);
    const first = Math.floor(from.getTime() / length) * length;
    for (let end = first + length; end - length <= to.getTime(); end += length) {
      const due = new Date(end + DRIFT_LAG_MINUTES * 60_000);
      const result = await cloud.scheduler.run(schedule.arn, due);
      if ("error" in result) {
        const { name, message } = result.error;
        throw new Error(`The drift monitor failed: ${name}: ${message}`);
      }
      // The last one is the window itself, after the one before it.
      windows.push(...(result.payload as readonly DriftWindow[]).slice(-1));
    }
  }
  return windows;
}

/** Of a schedule for every hour, or for one hour of the day. */
function periodOf({ expression }: Schedule): number {
  const hours = /^cron\(\d+ \*/.test(expression) ? DRIFT_PERIOD_HOURS.hour : DRIFT_PERIOD_HOURS.day;
  return hours * HOUR_MILLISECONDS;
}
