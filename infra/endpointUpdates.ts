import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { VARIANT_NAME } from "../contract/inference";
import type { WorkflowConfig } from "./config";

type EndpointSettings = WorkflowConfig["endpoint"];

/** Ample time for a fleet to start, in seconds. */
const FLEET_START_SECONDS = 2400;

/** Times that the traffic is moved, by how it is moved. */
const STEPS = { "all-at-once": 1, canary: 2, linear: 4 } as const satisfies Record<
  EndpointSettings["deployment"],
  number
>;

/** Longest time that an update may take, in seconds: to start, to bake each step, and to end. */
export function updateSeconds({ deployment, bakeSeconds }: EndpointSettings): number {
  return FLEET_START_SECONDS + (STEPS[deployment] + 1) * bakeSeconds;
}

/**
 * How an update reaches the traffic: a second fleet is started, gets traffic as `deployment` says,
 * and takes over when no alarm has gone off for as long as `bakeSeconds`; otherwise the first one
 * goes on ("Deployment guardrails", SageMaker Developer Guide).
 */
export function deploymentConfig(
  settings: EndpointSettings,
  rollbackAlarmNames: readonly pulumi.Output<string>[],
) {
  const { deployment, bakeSeconds } = settings;
  return {
    blueGreenUpdatePolicy: {
      trafficRoutingConfiguration: {
        ...TRAFFIC_ROUTING[deployment],
        waitIntervalInSeconds: bakeSeconds,
      },
      // The old fleet is there for as long as the alarms are watched.
      terminationWaitInSeconds: bakeSeconds,
      maximumExecutionTimeoutInSeconds: updateSeconds(settings),
    },
    // Without alarms there would be no rollback.
    autoRollbackConfiguration: {
      alarms: rollbackAlarmNames.map((alarmName) => ({ alarmName })),
    },
  };
}

const TRAFFIC_ROUTING = {
  "all-at-once": { type: "ALL_AT_ONCE" },
  // One instance may be at most half of the fleet, so there must be two.
  canary: { type: "CANARY", canarySize: { type: "INSTANCE_COUNT", value: 1 } },
  linear: { type: "LINEAR", linearStepSize: { type: "CAPACITY_PERCENT", value: 25 } },
} as const satisfies Record<EndpointSettings["deployment"], object>;

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
