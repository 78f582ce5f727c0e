import type { Datum } from "../cloudWatch/metrics";

/**
 * What is measured of one invocation: once for the endpoint, and once for the fleet that answered
 * ("Metrics for monitoring SageMaker AI with CloudWatch", and "Auto-Rollback Configuration and
 * Monitoring" for the fleet's dimension, SageMaker Developer Guide). The latency is in microseconds.
 */
export function invocationMetrics(
  endpointName: string,
  fleet: { readonly configurationName: string; readonly variantName: string },
  { status, milliseconds }: { readonly status: number; readonly milliseconds: number },
): readonly Datum[] {
  const values = {
    Invocations: 1,
    Invocation4XXErrors: Number(status >= 400 && status < 500),
    Invocation5XXErrors: Number(status >= 500),
    InvocationModelErrors: Number(status >= 300),
    ModelLatency: milliseconds * 1000,
  };
  const endpoint = { EndpointName: endpointName, VariantName: fleet.variantName };
  const ofFleet = { ...endpoint, EndpointConfigName: fleet.configurationName };
  return [endpoint, ofFleet].flatMap((dimensions) =>
    Object.entries(values).map(([metric, value]) => ({
      ...{ namespace: "AWS/SageMaker", name: metric },
      ...{ dimensions, value },
    })),
  );
}
