import { VARIANT_NAME } from "../contract/inference";
import { DRIFT_MEASURES, METRIC_DIMENSIONS, METRICS, OBSERVABILITY } from "../contract/monitoring";

/** What the dashboard shows; `T` is text once everything exists, an Output before. */
export interface DashboardReferences<T> {
  readonly region: T;
  readonly endpointName: T;
  readonly stateMachineArn: T;
  readonly functionNames: readonly T[];
  /** Absent where drift is not monitored. */
  readonly driftFunctionName?: T;
}

interface Graph {
  readonly title: string;
  readonly stat: string;
  /** Namespace, metric, then names and values of its dimensions. */
  readonly metrics: readonly (readonly unknown[])[];
}

/** Grid units ("Dashboard body structure and syntax", CloudWatch API Reference); 24 make a row. */
const WIDGET = { width: 8, height: 6, perRow: 3 };

/** The dashboard as CloudWatch's JSON: traffic and health of endpoint, workflow and functions. */
export function dashboardBody<T>(references: DashboardReferences<T>) {
  const { region, endpointName, stateMachineArn, functionNames, driftFunctionName } = references;
  const variant = ["EndpointName", endpointName, "VariantName", VARIANT_NAME];
  const endpoint = (...names: readonly string[]) =>
    names.map((name) => ["AWS/SageMaker", name, ...variant]);
  const instances = (...names: readonly string[]) =>
    names.map((name) => ["/aws/sagemaker/Endpoints", name, ...variant]);
  const executions = (...names: readonly string[]) =>
    names.map((name) => ["AWS/States", name, "StateMachineArn", stateMachineArn]);
  const functions = (...names: readonly string[]) =>
    names.flatMap((name) =>
      functionNames.map((functionName) => ["AWS/Lambda", name, "FunctionName", functionName]),
    );
  const graphs: readonly Graph[] = [
    { title: "Requests", stat: "Sum", metrics: endpoint("Invocations") },
    {
      title: "Errors of the endpoint",
      stat: "Sum",
      metrics: endpoint("Invocation5XXErrors", "Invocation4XXErrors", "InvocationModelErrors"),
    },
    {
      title: "Latency, 95th percentile (microseconds)",
      stat: "p95",
      metrics: endpoint("ModelLatency", "OverheadLatency"),
    },
    {
      title: "Executions",
      stat: "Sum",
      metrics: executions("ExecutionsSucceeded", "ExecutionsFailed", "ExecutionsTimedOut"),
    },
    { title: "Errors of the functions", stat: "Sum", metrics: functions("Errors", "Throttles") },
    {
      title: "Load of the instances (percent)",
      stat: "Maximum",
      metrics: instances("CPUUtilization", "MemoryUtilization", "DiskUtilization"),
    },
    ...(driftFunctionName === undefined ? [] : driftGraphs(driftFunctionName)),
  ];
  return {
    widgets: graphs.map(({ title, stat, metrics }, index) => ({
      type: "metric",
      x: (index % WIDGET.perRow) * WIDGET.width,
      y: Math.floor(index / WIDGET.perRow) * WIDGET.height,
      width: WIDGET.width,
      height: WIDGET.height,
      properties: { title, stat, metrics, region, period: 60, view: "timeSeries" },
    })),
  };
}

/** How far each window was from the baseline, and of how many pictures that is. */
function driftGraphs(functionName: unknown): readonly Graph[] {
  const { namespace, service } = OBSERVABILITY;
  const own = [METRIC_DIMENSIONS.service, service, METRIC_DIMENSIONS.functionName, functionName];
  return [
    {
      title: "Drift (1 or more raises an alarm)",
      stat: "Maximum",
      metrics: DRIFT_MEASURES.map((measure) => [
        ...[namespace, METRICS.drift, ...own],
        ...[METRIC_DIMENSIONS.measure, measure],
      ]),
    },
    {
      title: "Pictures in a window",
      stat: "Maximum",
      metrics: [[namespace, METRICS.driftImages, ...own]],
    },
  ];
}
