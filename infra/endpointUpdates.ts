import * as pulumi from "@pulumi/pulumi";
import { VARIANT_NAME } from "../contract/inference";
import * as aws from "./aws";
import type { WorkflowConfig } from "./config";
import { linearStep, UPDATE_SECONDS } from "./rollout";

type EndpointSettings = WorkflowConfig["endpoint"];

/**
 * How an update reaches the traffic: a second fleet is started, gets traffic as `deployment` says,
 * and takes over when no alarm has gone off for as long as `bakeSeconds`; otherwise the first one
 * goes on ("Deployment guardrails", SageMaker Developer Guide).
 */
export function deploymentConfig(
  settings: EndpointSettings,
  rollbackAlarmNames: readonly pulumi.Output<string>[],
) {
  const { bakeSeconds } = settings;
  return {
    blueGreenUpdatePolicy: {
      trafficRoutingConfiguration: {
        ...trafficRouting(settings),
        waitIntervalInSeconds: bakeSeconds,
      },
      // The old fleet is there for as long as the alarms are watched.
      terminationWaitInSeconds: bakeSeconds,
      // SageMaker gives up before the provider does, so that the update fails with its reason.
      maximumExecutionTimeoutInSeconds: UPDATE_SECONDS,
    },
    // Without alarms there would be no rollback.
    autoRollbackConfiguration: {
      alarms: rollbackAlarmNames.map((alarmName) => ({ alarmName })),
    },
  };
}

/** Whole instances are moved, so that every step is one. */
function trafficRouting({ deployment, instanceCount }: EndpointSettings) {
  switch (deployment) {
    case "all-at-once":
      return { type: "ALL_AT_ONCE" };
    case "canary":
      // At most half of the fleet, so there must be two.
      return { type: "CANARY", canarySize: { type: "INSTANCE_COUNT", value: 1 } };
    case "linear": {
      const value = linearStep(instanceCount);
      return { type: "LINEAR", linearStepSize: { type: "INSTANCE_COUNT", value } };
    }
  }
}

/** What an endpoint has, as the engine tells a hook. */
interface EndpointChange {
  readonly oldInputs?: Readonly<Record<string, unknown>>;
  readonly newInputs?: Readonly<Record<string, unknown>>;
}

/**
 * What whoever previews is to know when nothing but the way of updating changes; nothing otherwise.
 * A configuration that is not known yet is another one.
 */
export function rolloutOnlyWarning({ oldInputs, newInputs }: EndpointChange): string | undefined {
  const same = (key: string) =>
    JSON.stringify(oldInputs?.[key]) === JSON.stringify(newInputs?.[key]);
  return same("endpointConfigName") && !same("deploymentConfig")
    ? "Only the way of updating the endpoint changes, but the provider hands that to SageMaker by " +
        "an update of the endpoint: expect a second fleet that takes over with the same model, as " +
        "long and as dear as any update. To avoid it, change `endpoint.deployment`, " +
        "`endpoint.bakeSeconds` or `endpoint.instanceCount` together with the next model."
    : undefined;
}

/** Says so in preview and update. */
export function warnOfRolloutOnly(name: string): pulumi.ResourceHook {
  const warn = (change: EndpointChange) => {
    const warning = rolloutOnlyWarning(change);
    return warning === undefined ? undefined : pulumi.log.warn(warning);
  };
  return new pulumi.ResourceHook(`${name}-rollout-only`, warn, { onDryRun: true });
}

/**
 * Keeps as many instances as the traffic takes ("Automatic scaling", SageMaker Developer Guide).
 * Never protected: scaling can be switched off while the endpoint stays.
 */
export function scaleWithTraffic(
  name: string,
  endpoint: aws.sagemaker.Endpoint,
  settings: NonNullable<EndpointSettings["autoscaling"]>,
  parent: pulumi.Resource,
): void {
  const child = { parent, protect: false };
  const target = new aws.appautoscaling.Target(
    name,
    {
      serviceNamespace: "sagemaker",
      resourceId: pulumi.interpolate`endpoint/${endpoint.name}/variant/${VARIANT_NAME}`,
      scalableDimension: "sagemaker:variant:DesiredInstanceCount",
      minCapacity: settings.minInstances,
      maxCapacity: settings.maxInstances,
    },
    child,
  );
  new aws.appautoscaling.Policy(
    name,
    {
      policyType: "TargetTrackingScaling",
      serviceNamespace: target.serviceNamespace,
      resourceId: target.resourceId,
      scalableDimension: target.scalableDimension,
      targetTrackingScalingPolicyConfiguration: {
        predefinedMetricSpecification: {
          predefinedMetricType: "SageMakerVariantInvocationsPerInstance",
        },
        targetValue: settings.invocationsPerMinute,
      },
    },
    child,
  );
}
