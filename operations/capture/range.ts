/** Times as a person gives them. */
import { InvalidArgumentError } from "commander";

const UNITS = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

const AGO = /^(\d{1,6})([mhd])$/;
const TIME = /^(\d{4}-\d\d-(\d\d))(?:T(\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?)(Z|[+-]\d\d:\d\d)?)?$/;

/**
 * Reads a time: `now`, `24h` for so long ago (in minutes, hours or days), or ISO 8601, in UTC unless
 * it says otherwise.
 * @throws InvalidArgumentError
 */
export function parseTime(text: string, now: Date): Date {
  if (text === "now") {
    return now;
  }
  const [, count, unit] = AGO.exec(text) ?? [];
  if (count !== undefined) {
    return new Date(now.getTime() - Number(count) * UNITS[unit as keyof typeof UNITS]);
  }
  const [, date, day, clock = "00:00", zone = "Z"] = TIME.exec(text) ?? [];
  const time = new Date(`${date}T${clock}${zone}`);
  // The language takes 30 February for 2 March.
  const isDay = new Date(`${date}T00:00Z`).getUTCDate() === Number(day);
  if (Number.isNaN(time.getTime()) || !isDay) {
    throw new InvalidArgumentError(
      `${text} is no time: give 30m, 24h or 7d for so long ago, now, or as in 2026-11-26T09:30.`,
    );
  }
  return time;
}
