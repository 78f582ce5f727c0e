import { setImmediate } from "node:timers/promises";
import { InterruptedError } from "./errors";

/** Throws {@link InterruptedError} once the user has asked to stop. */
export function refuseInterrupted(signal: AbortSignal): void {
  if (signal.aborted) {
    throw new InterruptedError("Interrupted. Nothing half-written is left; run it again to go on.");
  }
}

/** Lets a signal through, which synchronous work holds up, and then does the same. */
export async function checkpoint(signal: AbortSignal): Promise<void> {
  await setImmediate();
  refuseInterrupted(signal);
}
