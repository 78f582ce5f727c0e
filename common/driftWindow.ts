/** Reads what the drift monitor has kept of a window. */
import { z } from "zod";
import { DRIFT_MEASURES, DRIFT_STATISTICS, type DriftWindow } from "../contract/monitoring";

const figure = z.number().nullable();
const measure = z.object({
  name: z.enum(DRIFT_MEASURES),
  statistic: z.enum(DRIFT_STATISTICS),
  ...{ value: figure, threshold: figure, drifted: z.boolean() },
  ...{ images: z.number(), figure, baseline: figure },
  interval: z.object({ low: z.number(), high: z.number() }).exactOptional(),
  examples: z.array(z.string()),
});

/** A window of this version of the monitor. */
export const driftWindowSchema: z.ZodType<DriftWindow> = z.object({
  version: z.literal(1),
  ...{ from: z.iso.datetime(), to: z.iso.datetime() },
  ...{ images: z.number(), undecodable: z.number(), leftOut: z.number() },
  classes: z.record(z.string(), z.number()),
  measures: z.array(measure),
});
