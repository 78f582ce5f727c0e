import { Logger } from "@aws-lambda-powertools/logger";
import { Metrics, MetricUnit } from "@aws-lambda-powertools/metrics";
import type { MetricUnit as Unit } from "@aws-lambda-powertools/metrics/types";
import { METRIC_DIMENSIONS, METRICS, OBSERVABILITY } from "../../contract/monitoring";
import { messageOf } from "../../common/failure";

/** What Lambda tells a handler about the invocation, as far as we record it. */
export interface InvocationContext {
  readonly functionName: string;
  readonly awsRequestId: string;
}

type MetricName = (typeof METRICS)[keyof typeof METRICS];

const UNITS: Readonly<Record<MetricName, Unit>> = {
  [METRICS.imagesSerialized]: MetricUnit.Count,
  [METRICS.bytesRead]: MetricUnit.Bytes,
  [METRICS.decodeDuration]: MetricUnit.Milliseconds,
  [METRICS.endpointLatency]: MetricUnit.Milliseconds,
  [METRICS.endpointThrottles]: MetricUnit.Count,
  [METRICS.confidence]: MetricUnit.NoUnit,
  [METRICS.accepted]: MetricUnit.Count,
  [METRICS.review]: MetricUnit.Count,
  [METRICS.failures]: MetricUnit.Count,
  [METRICS.drift]: MetricUnit.NoUnit,
  [METRICS.driftImages]: MetricUnit.Count,
};

/** Collects what one invocation reports. */
export class Invocation {
  private readonly begin = performance.now();
  private fields: Readonly<Record<string, unknown>> = {};

  constructor(
    private readonly logger: Logger,
    private readonly metrics: Metrics,
    /** Publishes each metric by itself. */
    private readonly single: Metrics,
    private readonly context: InvocationContext,
    private readonly isFirst: boolean,
  ) {}

  /** Adds fields to the invocation's one log line. Never hand it image data. */
  log(fields: Readonly<Record<string, unknown>>): void {
    this.fields = { ...this.fields, ...fields };
  }

  /** Publishes a metric of this function, in the unit that `METRICS` tells. */
  measure(name: MetricName, value: number): void {
    this.metrics.addMetric(name, UNITS[name], value);
  }

  /** Publishes a metric of this function and one more dimension. */
  measureBy(
    dimension: "label" | "error" | "measure",
    dimensionValue: string,
    name: MetricName,
    value: number,
  ) {
    this.single
      .addDimension(METRIC_DIMENSIONS.functionName, this.context.functionName)
      .addDimension(METRIC_DIMENSIONS[dimension], dimensionValue)
      .addMetric(name, UNITS[name], value);
  }

  /** Publishes how many milliseconds `act` takes; nothing if it throws. */
  async time<T>(name: MetricName, act: () => Promise<T>): Promise<T> {
    const begin = performance.now();
    const result = await act();
    this.measure(name, performance.now() - begin);
    return result;
  }

  /** Writes the log line of an invocation that succeeded, and its metrics. */
  succeed(message: string): void {
    this.logger.info(message, this.line());
    this.publish();
  }

  /** Writes the log line of an invocation that threw, and what it measured until then. */
  fail(error: unknown): void {
    const thrown = error instanceof Error ? error : new Error(messageOf(error));
    this.measureBy("error", thrown.name, METRICS.failures, 1);
    this.logger.error(`${thrown.name}: ${thrown.message}`, { ...this.line(), error: thrown });
    this.publish();
  }

  private line() {
    return {
      cold_start: this.isFirst,
      function_name: this.context.functionName,
      function_request_id: this.context.awsRequestId,
      ...this.fields,
      durationMilliseconds: Math.round(performance.now() - this.begin),
    };
  }

  private publish(): void {
    // Publishing nothing would be warned of.
    if (this.metrics.hasStoredMetrics()) {
      this.metrics.addDimension(METRIC_DIMENSIONS.functionName, this.context.functionName);
      this.metrics.publishStoredMetrics();
    }
  }
}

/**
 * Makes a Lambda handler that writes one JSON line per invocation, and its metrics in the Embedded
 * Metric Format (Amazon CloudWatch User Guide, "Specification: Embedded metric format"), which
 * CloudWatch extracts from the log: no call leaves the function. What `handle` throws is reported
 * and thrown on.
 * @param message of the log line if the invocation succeeds
 */
export function observed<T>(
  message: string,
  handle: (event: unknown, invocation: Invocation) => Promise<T>,
): (event: unknown, context: InvocationContext) => Promise<T> {
  const { namespace, service: serviceName } = OBSERVABILITY;
  const logger = new Logger({ serviceName });
  const metrics = new Metrics({ namespace, serviceName });
  const single = metrics.singleMetric();
  let isFirst = true;
  return async (event, context) => {
    metrics.captureColdStartMetric(context.functionName);
    const invocation = new Invocation(logger, metrics, single, context, isFirst);
    isFirst = false;
    try {
      const result = await handle(event, invocation);
      invocation.succeed(message);
      return result;
    } catch (error) {
      invocation.fail(error);
      throw error;
    }
  };
}
