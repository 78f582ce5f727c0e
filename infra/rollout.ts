/** How an update of an endpoint reaches the traffic, and how long that takes. */

/** The part of the endpoint's settings that says how it is updated. */
export interface Rollout {
  readonly deployment: "all-at-once" | "canary" | "linear";
  /** Instances of the new fleet. */
  readonly instanceCount: number;
  /** How long alarms are watched after each step, in seconds. */
  readonly bakeSeconds: number;
}

/** Ample time for a fleet to start, in seconds: it takes minutes as a rule. */
const FLEET_START_SECONDS = 1500;

/** The AWS provider waits this long for an endpoint, whatever `customTimeouts` says. */
const PROVIDER_SECONDS = 3600;

/** Leaves the provider the time to see how an update ended. */
export const UPDATE_SECONDS = PROVIDER_SECONDS - 100;

/** Steps in which `linear` moves the traffic, where the fleet has that many instances. */
const LINEAR_STEPS = 4;

/**
 * Instances that `linear` moves at a time: whole ones, about a quarter of the fleet. SageMaker
 * takes from 10% to 50% of it (`TrafficRoutingConfig`, API reference), so there must be two.
 */
export function linearStep(instanceCount: number): number {
  return Math.ceil(instanceCount / LINEAR_STEPS);
}

/** Times that the traffic is moved. */
function steps({ deployment, instanceCount }: Rollout): number {
  switch (deployment) {
    case "all-at-once":
      return 1;
    case "canary":
      return 2;
    case "linear":
      return Math.ceil(instanceCount / linearStep(instanceCount));
  }
}

/**
 * Longest time that an update should take, in seconds: to start, to bake each step, and to bake
 * once more before the old fleet goes.
 */
export function updateSeconds(rollout: Rollout): number {
  return FLEET_START_SECONDS + (steps(rollout) + 1) * rollout.bakeSeconds;
}

/**
 * Why an update cannot end before the provider gives up on it, and what would fit; nothing if it
 * can.
 */
export function rolloutProblem(rollout: Rollout): string | undefined {
  const seconds = updateSeconds(rollout);
  if (seconds <= UPDATE_SECONDS) {
    return undefined;
  }
  const moves = steps(rollout);
  const most = Math.floor((UPDATE_SECONDS - FLEET_START_SECONDS) / (moves + 1));
  return (
    `makes an update take ${seconds} s: ${FLEET_START_SECONDS} s to start a fleet, and ` +
    `${moves + 1} x ${rollout.bakeSeconds} s for ${moves} ${moves === 1 ? "step" : "steps"} of a ` +
    `${rollout.deployment} deployment and the end. The provider gives up after ` +
    `${PROVIDER_SECONDS} s, so it must be at most ${UPDATE_SECONDS}: set ` +
    `\`endpoint.bakeSeconds\` to ${most} or less`
  );
}
