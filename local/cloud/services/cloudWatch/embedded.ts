import { z } from "zod";
import type { Datum } from "./metrics";

/** "Specification: Embedded metric format", Amazon CloudWatch User Guide; `.` in no name of ours. */
const EMBEDDED = z.looseObject({
  _aws: z.looseObject({
    CloudWatchMetrics: z.array(
      z.looseObject({
        Namespace: z.string(),
        Dimensions: z.array(z.array(z.string())),
        Metrics: z.array(z.looseObject({ Name: z.string() })),
      }),
    ),
  }),
});

const VALUES = z.union([z.number().transform((value) => [value]), z.array(z.number())]);

/**
 * The metrics in a line of a log. A line that has none, or is not in that format, has none: CloudWatch
 * Logs says nothing of it either.
 */
export function embeddedMetrics(line: string): readonly Datum[] {
  if (!line.startsWith("{") || !line.includes('"_aws"')) {
    return [];
  }
  const parsed = EMBEDDED.safeParse(parseJson(line));
  if (!parsed.success) {
    return [];
  }
  const fields: Readonly<Record<string, unknown>> = parsed.data;
  const { CloudWatchMetrics: directives } = parsed.data._aws;
  return directives.flatMap(({ Namespace: namespace, Dimensions, Metrics }) =>
    Metrics.flatMap(({ Name: name }) =>
      Dimensions.flatMap((names) => {
        const values = VALUES.safeParse(fields[name]).data ?? [];
        const dimensions = Object.fromEntries(names.map((each) => [each, String(fields[each])]));
        return values.map((value) => ({ namespace, name, dimensions, value }));
      }),
    ),
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
