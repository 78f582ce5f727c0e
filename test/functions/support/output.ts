import type { InvocationContext } from "../../../functions/shared/observability";

export const CONTEXT: InvocationContext = {
  functionName: "vehicles-step",
  awsRequestId: "request",
};

/** A line of the log: Powertools' keys and ours, or a metric in the Embedded Metric Format. */
export type Line = Readonly<Record<string, unknown>>;

/** Calls a handler as Lambda does, and keeps each line it prints instead of showing it. */
export function record<T>(handler: (event: unknown, context: InvocationContext) => Promise<T>): {
  call: (event: unknown) => Promise<T>;
  text: () => string;
  lines: () => Line[];
} {
  let printed = "";
  const text = () => printed;
  return {
    call: async (event) => {
      const streams = [process.stdout, process.stderr].map((stream) => {
        const { write } = stream;
        stream.write = (chunk: Uint8Array | string) => {
          printed += String(chunk);
          return true;
        };
        return () => (stream.write = write);
      });
      try {
        return await handler(event, CONTEXT);
      } finally {
        streams.forEach((restore) => restore());
      }
    },
    text,
    lines: () =>
      text()
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => JSON.parse(line) as Line),
  };
}

/** The lines that are no metrics. */
export function logsOf(lines: readonly Line[]): Line[] {
  return lines.filter((line) => line["_aws"] === undefined);
}

export interface Measurement {
  readonly namespace: string;
  readonly name: string;
  readonly unit: string;
  readonly value: unknown;
  readonly dimensions: Readonly<Record<string, unknown>>;
}

/**
 * What CloudWatch makes of the lines that are metrics (Amazon CloudWatch User Guide,
 * "Specification: Embedded metric format").
 */
export function metricsOf(lines: readonly Line[]): Measurement[] {
  return lines.flatMap((line) => {
    const { CloudWatchMetrics: directives = [] } = (line["_aws"] ?? {}) as {
      CloudWatchMetrics?: {
        Namespace: string;
        Dimensions: string[][];
        Metrics: { Name: string; Unit: string }[];
      }[];
    };
    return directives.flatMap(({ Namespace: namespace, Dimensions, Metrics }) =>
      Metrics.flatMap(({ Name: name, Unit: unit }) =>
        Dimensions.map((names) => ({
          namespace,
          name,
          unit,
          value: line[name],
          dimensions: Object.fromEntries(names.map((dimension) => [dimension, line[dimension]])),
        })),
      ),
    );
  });
}
